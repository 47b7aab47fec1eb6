import { createWordCheck } from '../../docs/generator/words.js';

const glossary = `# Glossary

## Words that names avoid

| not | write |
| --- | ----- |
| \`refusal\`, \`seen\` | \`rejection\` |
| \`(each)\` | the noun |
| \`of…\` | the noun |

## Phrases that prose avoids

| not | write | fine |
| --- | ----- | ---- |
| \`is no\` | \`is not a\` | \`there is no\`, \`is no longer\` |
| \`in place of\` | \`instead of\` | |
| \`Of …\` | the noun | |
`;
const check = createWordCheck(glossary, 'type Query { "Runs of each task." seenRuns: Int }');

describe('the check of words', () => {
  it.each([
    ['a constant', 'const firstRefusal = 1;', 'not "refusal": write `rejection`'],
    ['a private field', 'class Door { #refusal = 1; }', 'not "refusal"'],
    ['a destructured name', 'const { kind: [refusal = 2] } = value;', 'not "refusal"'],
    ['a member of an interface', 'interface Door { refusal: string }', 'not "refusal"'],
    ['a parameter', 'rows.map((each) => each.id);', 'not "(each)": write the noun'],
    ['the beginning of a name', 'const ofTask = 1;', 'not "of…"'],
    ['a comment', '// A run is no task.', 'not "is no": write `is not a`'],
    ['a comment with a line break', '/**\n * A run is\n * no task.\n */', 'not "is no"'],
    ['a message', "throw new Error('The run is no task.');", 'not "is no"'],
    ['a message in two parts', "const text = 'The run is ' +\n  'no task.';", 'not "is no"'],
    ['the beginning of a comment', '/** Of a run. */', 'not "Of …"'],
  ])('finds %s', (_place, text, finding) => {
    expect(check('src/door.ts', text)).toEqual([expect.stringMatching(/^src\/door\.ts:\d: /)]);
    expect(check('src/door.ts', text)[0]).toContain(finding);
  });

  it.each([
    ['a part of a longer word', 'const unseenly = 1;'],
    ['names of the schema', 'const seenRuns = 1;'],
    ['keys of others', 'send({ ofType: 1 });'],
    ['a variable that is not a parameter', 'const each = 1;'],
    ['a name that ends with the word', 'const taskOf = 1;'],
    ['a use that is fine', '// There is no task; it is no\n// longer here.'],
    ['a phrase inside a comment', '// The name is that\n// Of a run.'],
  ])('permits %s', (_place, text) => {
    expect(check('src/door.ts', text)).toEqual([]);
  });

  it('names the line of a finding in a document, and skips its code', () => {
    expect(check('docs/door.md', 'A run.\n\n```sh\nis no\n```\n\n`is no` used\nin place of it')).toEqual([
      'docs/door.md:8: not "in place of": write `instead of`',
    ]);
  });

  it('finds names of files', () => {
    expect(check('test/query-refusal.test.ts', '')).toEqual([
      'test/query-refusal.test.ts: not "refusal": write `rejection`',
    ]);
  });
});
