// The recipes in docs/clients.md are the code of examples/, which has its own tests. Relay's compiler reads the recipe
// for Relay.

import { buildSchema, isObjectType } from 'graphql';
import { block, readText } from './documents.js';

describe('docs/clients.md', () => {
  it.each([
    ['apollo-cache', 'examples/clients/apollo-client.ts'],
    ['urql-keys', 'examples/clients/urql.ts'],
    ['python-run', 'examples/python/run_by_id.py'],
  ])('shows the recipe %s as in %s', (marker, path) => {
    expect(readText(path)).toContain(block(marker).text.trim());
  });

  it('shows fragments for Relay, which its compiler accepts in test/federation', () => {
    for (const part of ['fragment RunView_run on TaskRun @refetchable', 'usePaginationFragment', '@connection'])
      expect(block('relay-fragments').text).toContain(part);
    expect(readText('test/federation/relay-compiler.test.ts')).toContain("block('relay-fragments')");
  });

  it('names every type without an id for urql', () => {
    const { Query: _, Subscription: __, ...types } = buildSchema(readText('schema.graphql')).getTypeMap();
    const withoutId = Object.values(types).filter(
      (type) => isObjectType(type) && !type.name.startsWith('__') && !type.getFields().id,
    );
    const named = [...block('urql-keys').text.matchAll(/'(\w+)'/g)].map(([, name]) => name);
    expect(named).toEqual(withoutId.map(({ name }) => name).sort());
  });

  it('names every type of an interface for Apollo Client', () => {
    const schema = buildSchema(readText('schema.graphql'));
    const [, possibleTypes] = /possibleTypes: (\{[^}]+\})/.exec(block('apollo-cache').text)!;
    for (const type of ['Node', 'TaskRunMeasures', 'TaskRunSeries']) {
      const [, names] = new RegExp(`${type}: \\[(.*)\\]`).exec(possibleTypes!)!;
      const expected = schema.getPossibleTypes(schema.getType(type) as never).map(({ name }) => `'${name}'`);
      expect(names!.split(', ')).toEqual(expected.sort());
    }
  });
});
