// Two runs compared: JSON by path, text by words, decimals by digits.

import { baselineIn, comparisonSentence } from '../../../src/pages/runs/compare/baseline.js';
import { figureRows } from '../../../src/pages/runs/compare/compared-figures.js';
import { decimalDifference } from '../../../src/pages/runs/compare/decimal-difference.js';
import { isDifference, isWhole, type Side, sidesOf } from '../../../src/pages/runs/compare/difference-sides.js';
import { compareJson } from '../../../src/pages/runs/compare/json-difference.js';
import { compareTexts } from '../../../src/pages/runs/compare/text-difference.js';
import { parseJson } from '../../../src/pages/shared/json/json-tree.js';

const compare = (before: unknown, after: unknown) =>
  compareJson(parseJson(JSON.stringify(before))!, parseJson(JSON.stringify(after))!).map((row) => {
    if (row.kind === 'equal') return `= ${row.path}: ${row.members.map(({ name }) => name)}`;
    if (row.kind === 'changed') return `~ ${row.path}: ${row.before.text} ${row.after.text}`;
    if (row.kind === 'text') return `~ ${row.path}: ${row.before} → ${row.after}`;
    return `${row.kind === 'added' ? '+' : '-'} ${row.path}: ${row.value.text}`;
  });

describe('two JSON values', () => {
  it('differ by path, with equal members between in one row', () => {
    const before = { a: 1, b: [1], c: { x: 'one two', y: true, z: null }, d: 1, gone: 0 };
    const after = { a: 1, b: [1], c: { x: 'one three', y: true, z: 2 }, d: '1', 'n/e~w': {} };
    expect(compare(before, after)).toEqual([
      '= : a,b',
      '~ /c/x: one two → one three',
      '= /c: y',
      '~ /c/z: null 2',
      '~ /d: 1 "1"',
      '- /gone: 0',
      '+ /n~1e~0w: {}',
    ]);
  });

  it('keep equal items aligned where others were added or removed', () => {
    const [first, second, third] = [{ role: 'user' }, { role: 'assistant' }, { role: 'tool' }];
    expect(compare([first, third], [first, second, third])).toEqual(['= : 0', '+ /1: {"role":"assistant"}', '= : 2']);
    expect(compare([first, second, third], [first, third])).toEqual(['= : 0', '- /1: {"role":"assistant"}', '= : 1']);
    expect(compare([1, 2, 3], [1, 4, 3])).toEqual(['= : 0', '~ /1: 2 4', '= : 2']);
  });

  it('compare JSON in strings as values', () => {
    expect(compare({ a: '{"x":1,"y":2}' }, { a: '{"x":1, "y":3}' })).toEqual(['= /a: x', '~ /a/y: 2 3']);
  });

  it('count as one difference, or none', () => {
    expect(compare({ a: 1 }, { a: 1 })).toEqual(['= : ']);
    expect(compare({ a: 1 }, [1])).toEqual(['~ : {"a":1} [1]']);
    expect(compare('one', 'two')).toEqual(['~ : one → two']);
  });
});

describe('two texts', () => {
  const compared = (before: string, after: string) =>
    compareTexts(before, after).map(({ kind, text }) => `${{ same: '=', removed: '-', added: '+' }[kind]}${text}`);

  it('differ by words', () => {
    expect(compared('The quick brown fox', 'The slow brown fox')).toEqual(['=The ', '-quick', '+slow', '= brown fox']);
    expect(compared('Half of it', 'Half of it arrived')).toEqual(['=Half of it', '+ arrived']);
    expect(compared('49.80 EUR, twice', '24.90 EUR twice')).toEqual(['-49.80', '+24.90', '= EUR', '-,', '= twice']);
    expect(compared('返金は済み', '返金は未済')).toEqual(['=返金は', '+未', '=済', '-み']);
    expect(compared('one, two, three and four', 'one; zwei: three and four')).toEqual([
      '=one',
      '-, two,',
      '+; zwei:',
      '= three and four',
    ]);
    expect(compared('I was charged twice', 'Thank you for the payment, it was late')).toEqual([
      '-I was charged twice',
      '+Thank you for the payment, it was late',
    ]);
    expect(compared('', 'new')).toEqual(['+new']);
  });

  it('differ as a whole where a megabyte differs too much for words', () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `word${index}`);
    const changed = words.with(75_000, 'changed').with(75_100, 'too');
    const kinds = compareTexts(words.join(' '), changed.join(' ')).map(({ kind, text }) => [kind, text.length < 20]);
    expect(kinds.filter(([kind]) => kind !== 'same')).toEqual(
      Array(2)
        .fill([
          ['removed', true],
          ['added', true],
        ])
        .flat(),
    );
    const other = words.toReversed().map((word) => `${word}x`);
    expect(compareTexts(words.join(' '), other.join(' ')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

describe('two decimals', () => {
  it.each([
    ['1.00', '1.25', '+0.25'],
    ['1.346', '1.2', '−0.146'],
    ['0.1', '0.3', '+0.2'],
    ['12345678901234567890.01', '12345678901234567890', '−0.01'],
    ['9', '1000', '+991'],
    ['-1', '0.5', '+1.5'],
    ['1.0', '1.00', null],
    ['1', null, null],
    ['1e-7', '3e-7', '+2e-7'],
  ])('%s and %s differ by %s', (before, after, difference) => {
    expect(decimalDifference(before, after)).toBe(difference);
  });
});

describe('the sides of a difference', () => {
  const sides = (before: unknown, after: unknown) =>
    sidesOf(compareJson(parseJson(JSON.stringify(before))!, parseJson(JSON.stringify(after))!).find(isDifference)!);
  const textOf = (side: Side | undefined) =>
    side && (side.kind === 'value' ? side.tree.text : side.pieces.map(({ text }) => text).join(''));
  const isWholeSide = (side: Side | undefined) => side && isWhole(side);

  it.each([
    ['one missing', { a: 1 }, {}, ['1', undefined], [true, undefined], false],
    ['one added', {}, { a: 'x' }, [undefined, '"x"'], [undefined, true], false],
    ['another value', { a: 1 }, { a: 2 }, ['1', '2'], [true, true], false],
    ['another text', { a: 'one' }, { a: 'two' }, ['one', 'two'], [true, true], false],
    ['a similar text', { a: 'one two' }, { a: 'one three' }, ['one two', 'one three'], [false, false], true],
    [
      'a longer text',
      { a: 'half of it' },
      { a: 'half of it came' },
      ['half of it', 'half of it came'],
      [false, false],
      true,
    ],
  ])('%s', (_name, before, after, texts, whole, isMerged) => {
    const found = sides(before, after);
    const both = [found.before, found.after];
    expect(both.map(textOf)).toEqual(texts);
    expect(both.map(isWholeSide)).toEqual(whole);
    expect(found.merged !== undefined).toBe(isMerged);
  });
});

describe('the baseline', () => {
  const nodes = (...ids: string[]) => ({ nodes: ids.map((id) => ({ id })) });
  const empty = { contextBefore: nodes(), contextAfter: nodes(), taskBefore: nodes(), taskAfter: nodes() };

  it('is the last success of the context, the next one, or that of the task', () => {
    const all = { contextBefore: nodes('a'), contextAfter: nodes('b'), taskBefore: nodes('c'), taskAfter: nodes('d') };
    expect(baselineIn(all, 'x')).toEqual({ id: 'a', place: 'contextBefore' });
    expect(baselineIn({ ...all, contextBefore: nodes() }, 'x')!.id).toBe('b');
    expect(baselineIn({ taskBefore: nodes('c'), taskAfter: nodes('d') }, 'x')!.id).toBe('c');
    expect(baselineIn({ ...empty, taskAfter: nodes('d') }, 'x')!.id).toBe('d');
    expect(baselineIn(empty, 'x')).toBeUndefined();
  });

  it('is not the run itself', () => {
    expect(baselineIn({ ...empty, contextBefore: nodes('x', 'a') }, 'x')!.id).toBe('a');
  });

  const run = { id: 'x', taskId: 't', contextId: 'c', reference: 'r', task: { name: 'Triage' } };
  it.each([
    [{}, 'contextBefore', 'Compared with the previous success of Triage in this conversation.'],
    [{}, 'contextAfter', 'Compared with the next success of Triage in this conversation.'],
    [{ contextId: null }, 'taskBefore', 'Compared with the previous success of Triage.'],
    [{}, undefined, 'Compared with another run of Triage in this conversation.'],
    [{ contextId: null }, undefined, 'Compared with another run of Triage with the same reference.'],
    [{ contextId: 'd', reference: null, task: { name: null } }, undefined, 'Compared with another run of this task.'],
    [{ taskId: 'u', task: { name: 'Mail' } }, undefined, 'Compared with a run of another task, Mail.'],
  ] as const)('is called %j, %s', (changes, place, sentence) => {
    const proposed = place && { id: 'y', place };
    expect(comparisonSentence(run, { ...run, id: 'y', ...changes }, proposed)).toBe(sentence);
  });
});

describe('the figures of two runs', () => {
  const run = {
    llmCallTiming: 1.5,
    inputProcessorTiming: null,
    totalTokens: 1000,
    inputTokens: 600,
    outputTokens: 400,
    chargedCredits: '1.00',
    llmRetries: 0,
    responseBytes: null,
    files: [],
    usedFallbackModel: false,
    fallbackLlmModelId: null,
    fallbackLlmModel: null,
    primaryFailureReason: null,
    taskId: 't',
    task: { name: 'Triage' },
    taskRevisionId: 'r',
    taskRevision: { name: 'v1' },
    reportingGroup: null,
    reference: null,
    contextId: null,
    userId: null,
    user: null,
  } as unknown as Parameters<typeof figureRows>[0];
  const other = { ...run, llmCallTiming: 2.75, totalTokens: 2500, taskRevisionId: 's' };
  const differing = figureRows(run, other).filter(({ isEqual }) => !isEqual);

  it('differ by numbers, or by names of different ids', () => {
    expect(differing.map(({ name, difference }) => [name, difference])).toEqual([
      ['LLM call', '+1.3 s'],
      ['Tokens', '+1,500'],
      ['Task revision', null],
    ]);
  });

  it('leave out what neither has, and have the model where runs have models', () => {
    const names = (rows: ReturnType<typeof figureRows>) => rows.map(({ name }) => name);
    expect(names(figureRows(run, other))).not.toContain('Input processors');
    expect(names(figureRows(run, other))).not.toContain('Model');
    expect(names(figureRows(run, other, () => 'gpt-4o'))).toContain('Model');
  });
});
