import { readExampleOperations } from '../../../src/demo/example-operations.js';
import { toExampleValues, variablesOf } from '../../../src/pages/graphiql/examples/example-variables.js';
import { readFragment, toFragment } from '../../../src/pages/shared/share-link.js';

const project = { orgId: 'o', projectId: 'p' };
const run = (id: string, files = 0) => ({
  id,
  taskId: `task of ${id}`,
  created: '2026-10-31T23:59:59.999999Z',
  files: Array.from({ length: files }, () => ({})),
});

describe('the variables of examples', () => {
  const places = toExampleValues(project, [null, run('a'), run('b', 2), run('c', 1)], [run('f')])!;
  const valuesOf = (name: string) =>
    JSON.parse(variablesOf(readExampleOperations().find((operation) => operation.name === name)!.query, places));

  it('match the declaration of each, and none stays empty', () => {
    for (const { query, variables } of readExampleOperations()) {
      expect(Object.keys(JSON.parse(variablesOf(query)))).toEqual(expect.arrayContaining(Object.keys(variables)));
      expect(variablesOf(query, places)).not.toContain('""');
    }
  });

  it('name the run with the most files, and the failed one where it is about failures', () => {
    expect(valuesOf('OneRun')).toEqual({ ...project, taskId: 'task of b', id: 'b' });
    expect(valuesOf('WhyDidItFail')).toEqual({ ...project, taskId: 'task of f', id: 'f' });
    expect(valuesOf('RecentFailures')).toMatchObject({ from: '2026-10-31T00:00:00Z', to: '2026-11-01T00:00:00Z' });
    expect(valuesOf('UsageReport')).toMatchObject({ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' });
  });

  it('stay empty strings while no run is known', () => {
    expect(variablesOf('# Comment ($a: Int)\nquery Q($a: ID!, $b: [String!]) { q }')).toBe(
      '{\n  "a": "",\n  "b": ""\n}',
    );
    expect(toExampleValues(project, [], [])).toBeNull();
  });
});

describe('a link to an operation', () => {
  const operation = { query: '{ a(b: "&#=ü%😀") }', variables: '{"x": 1.00}' };

  it('restores the shared operation', () => {
    expect(readFragment(toFragment(operation, ''))).toEqual(operation);
    expect(readFragment(toFragment({ ...operation, variables: ' ' }, ''))).toEqual({ ...operation, variables: '' });
  });

  it('omits the token, wherever it was typed', () => {
    const token = 'aa.bb.cc';
    const fragment = toFragment({ query: `# ${token}\n{ a }`, variables: `{"t":"${token}"}` }, token);
    expect(fragment).not.toContain(token);
    expect(readFragment(fragment)).toEqual({ query: '# $TOKEN\n{ a }', variables: '{"t":"$TOKEN"}' });
  });

  it.each(['', '#', '#top', '#variables=1'])('restores nothing: %j', (fragment) => {
    expect(readFragment(fragment)).toBeUndefined();
  });
});
