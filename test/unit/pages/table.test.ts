import { findTable } from '../../../src/pages/graphiql/panes/find-table.js';
import { cellText, compareTexts, sortedRows, toCsv } from '../../../src/pages/graphiql/panes/table-text.js';

const query = `query Some($orgId: ID!, $projectId: ID!) {
  page: taskRuns(orgId: $orgId, projectId: $projectId, taskId: "t", first: 2) { nodes { id } }
}`;
const operation = { query, variables: { orgId: 'o', projectId: 'p' } };
const answer = (data: string) => `{"data":${data}}`;
const textsOf = (table: ReturnType<typeof findTable>) => table!.rows.map(({ cells }) => cells.map(cellText));

describe('the table of a response', () => {
  it('shows its first list, level by level, with every digit', () => {
    const text = answer(
      `{"page":{"nodes":[{"id":"1","files":[{"name":"a"}],"n":${'9'.repeat(40)}},null,{"id":"2","x":1.00}]}}`,
    );
    const table = findTable(text, operation)!;
    expect(table).toMatchObject({ path: 'page.nodes', columns: ['id', 'files', 'n', 'x'] });
    expect(textsOf(table)).toEqual([
      ['1', '[{"name":"a"}]', '9'.repeat(40), ''],
      ['', '', '', ''],
      ['2', '', '', '1.00'],
    ]);
  });

  it('shows inner objects as columns, open JSON as it is, and the node of an edge as the row', () => {
    const text = answer(
      '{"page":{"edges":[{"cursor":"c","node":{"id":"1","reportingGroup":{"name":"g"},"response":{"b":1}}}]}}',
    );
    const table = findTable(text, operation)!;
    expect(table.columns).toEqual(['cursor', 'id', 'reportingGroup.name', 'response']);
    expect(textsOf(table)).toEqual([['c', '1', 'g', '{"b":1}']]);
  });

  it('links to the pages of runs, by what the row has or else by the arguments', () => {
    const text = answer('{"page":{"nodes":[{"id":"1"},{"id":"2","taskId":"t/2"},{"n":3}]}}');
    expect(findTable(text, operation)!.rows.map(({ link }) => link)).toEqual([
      'runs/o/p/t/1',
      'runs/o/p/t%2F2/2',
      undefined,
    ]);
    const others = { ...operation, query: query.replace('taskRuns', 'somethingElse') };
    expect(findTable(text, others)!.rows[0]!.link).toBeUndefined();
  });

  it.each(['', '{}', answer('null'), answer('{"a":[1,2]}'), answer('{"a":{"b":[]}}')])('stays away for %j', (text) => {
    expect(findTable(text, operation)).toBeUndefined();
  });
});

describe('rows', () => {
  it.each([
    ['2', '10', -1],
    ['-2', '-10', 1],
    ['1.5', '1.50', 0],
    ['1234567890123456789012345678901234567890.1', '1234567890123456789012345678901234567890.2', -1],
    ['-0.5', '0', -1],
    ['a', 'b', -1],
    ['10', 'b', -1],
  ])('compare as numbers, or else as letters: %s, %s', (a, b, order) => {
    expect(compareTexts(a, b)).toBe(order);
  });

  it('come last when they are empty, in either direction', () => {
    const { rows } = findTable(answer('{"page":{"nodes":[{"n":null},{"n":1},{"n":2}]}}'), operation)!;
    const orderOf = (isDescending: boolean) => sortedRows(rows, 0, isDescending).map(({ cells }) => cellText(cells[0]));
    expect(orderOf(false)).toEqual(['1', '2', '']);
    expect(orderOf(true)).toEqual(['2', '1', '']);
  });

  it('become CSV that a spreadsheet takes for text', () => {
    const nodes = ['=1+1', '-5', '-5x', '@a', '＝a', '\nb', 'a,"b"\r\nc', '😀'].map((text) => ({ t: text }));
    const table = findTable(answer(JSON.stringify({ page: { nodes } })), operation)!;
    expect(toCsv(table)).toBe(`t\r\n'=1+1\r\n-5\r\n'-5x\r\n'@a\r\n'＝a\r\n"'\nb"\r\n"a,""b""\r\nc"\r\n😀\r\n`);
  });
});
