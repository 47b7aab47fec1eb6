import { rm } from 'node:fs/promises';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { compileDocuments } from '../../src/graphql/documents/compile-documents.js';
import { parseList } from '../../src/trusted-documents/parse-list.js';
import { readDocumentLists } from '../../src/trusted-documents/read-lists.js';
import { folderOf, manifestOf, sha256Of } from '../support/document-lists.js';

const schema: GraphQLSchema = buildSchema('type Query { name: String }');
const named = 'query Named { name }';

async function load(files: Record<string, unknown>) {
  const folder = folderOf(files);
  try {
    const lists = await readDocumentLists([folder]);
    const compiled = await compileDocuments(lists.documents, { schema });
    const faults = [...lists.faults, ...compiled.faults].map((fault) => fault.replaceAll(`${folder}/`, ''));
    return { documents: compiled.documents, faults };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('document lists', () => {
  it('keep the ids of their tools', async () => {
    const { documents, faults } = await load({
      'a.json': manifestOf({ name: 'Named', body: named, id: 'sha256:abc' }),
      'b/c.json': { '0f34': 'query B { name }' },
      'd.graphql': named,
      'e.gql': '{ name }',
      '.hidden.json': '{',
    });
    expect(faults).toEqual([]);
    expect(documents.map(({ id }) => id)).toEqual(['abc', '0f34', sha256Of(named), sha256Of('{ name }')]);
  });

  it('report all their faults, by file and operation', async () => {
    const { faults } = await load({
      'format.json': { format: 'another', version: 1, operations: [] },
      'id.json': { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ name: 'A' }] },
      'list.json': [],
      'text.json': { a: 7 },
      'a.json': manifestOf({ name: 'Other', body: named }, { name: 'Wrong', body: 'query Wrong { nam }' }),
      'b.json': { [sha256Of(named)]: 'query Another { name }', '1': 'query {' },
      'fragment.graphql': 'fragment F on Query { name }',
      'deep.graphql': `query Deep ${'{ name '.repeat(100)}${'}'.repeat(100)}`,
      'huge.graphql': `query Huge { ${'...F '.repeat(120)} } fragment F on Query { ${'...G '.repeat(120)} } fragment G on Query { a: name b: name }`,
    });
    expect(faults.map((fault) => fault.replaceAll(sha256Of(named), '<id>'))).toEqual([
      'format.json has a "format" that is not apollo-persisted-query-manifest.',
      'id.json has no "id" in operations[0].',
      'list.json is not a JSON object.',
      'text.json has no document text for "a".',
      'a.json, Other: The document has no operation with this name.',
      'a.json, Wrong: Cannot query field "nam" on type "Query". Did you mean "name"?',
      'b.json, 1: Syntax Error: Expected Name, found <EOF>.',
      'b.json, Another: The id <id> belongs to a different document in a.json, too.',
      expect.stringMatching(
        /^deep.graphql, [0-9a-f]+: The document must not be nested deeper than 64 levels, with its/,
      ),
      expect.stringMatching(/^fragment.graphql, [0-9a-f]+: The document has no operation\.$/),
      expect.stringMatching(/^fragment.graphql, [0-9a-f]+: Fragment "F" is never used\.$/),
      'huge.graphql, Huge: The document has more than 20000 selections.',
    ]);
  });

  it('report an unreadable path', async () => {
    const { faults } = await readDocumentLists(['/nowhere/documents.json']);
    expect(faults).toEqual(['/nowhere/documents.json cannot be read (ENOENT).']);
  });

  it('compile in slices, so that other work goes on', async () => {
    const fields = Array.from({ length: 400 }, (_, index) => `f${index}: name`).join(' ');
    const texts = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [index, `query Q${index} { ${fields} }`]),
    );
    const listed = parseList('a.json', JSON.stringify(texts));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    });
    const { documents } = await compileDocuments(listed, { schema });
    clearInterval(timer);
    expect(documents).toHaveLength(50);
    expect(turns).toBeGreaterThan(0);
  });
});
