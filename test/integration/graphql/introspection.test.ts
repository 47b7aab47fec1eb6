import { getIntrospectionQuery } from 'graphql';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { type Gateway, useGateway, useOwnGateway } from '../../support/start-gateway.js';

const questions = [
  '{ __schema { queryType { name } } }',
  '{ __type(name: "TaskRun") { name } }',
  '{ _service { sdl } }',
  '{ ...F } fragment F on Query { s: _service { __typename } }',
];

describe('introspection', () => {
  const gateway = useGateway();

  it('requires a token', async () => {
    for (const query of questions) {
      await gateway.dataOf(query, { as: demoSubjects.stranger });
      expect((await gateway.ask(query)).status).toBe(401);
    }
  });

  it('names only locations of directives that the specification has', async () => {
    const { __schema, locations } = await gateway.dataOf(
      `{ __schema { directives { name locations } types { name enumValues { name } } }
        locations: __type(name: "__DirectiveLocation") { enumValues { name } } }`,
      { as: demoSubjects.viewer },
    );
    const deprecated = __schema.directives.find(({ name }: { name: string }) => name === 'deprecated');
    expect(deprecated.locations).toEqual([
      ...['FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INPUT_FIELD_DEFINITION', 'ENUM_VALUE'],
    ]);
    const inTypes = __schema.types.find(({ name }: { name: string }) => name === '__DirectiveLocation');
    expect(inTypes.enumValues).toEqual(locations.enumValues);
    expect(locations.enumValues.map(({ name }: { name: string }) => name)).toEqual([
      ...['QUERY', 'MUTATION', 'SUBSCRIPTION', 'FIELD', 'FRAGMENT_DEFINITION', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
      ...['VARIABLE_DEFINITION', 'SCHEMA', 'SCALAR', 'OBJECT', 'FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INTERFACE'],
      ...['UNION', 'ENUM', 'ENUM_VALUE', 'INPUT_OBJECT', 'INPUT_FIELD_DEFINITION'],
    ]);
  });

  it('allows the SDL once in an operation', async () => {
    for (const query of ['{ _service { sdl b: sdl } }', '{ _service { sdl } b: _service { sdl } }']) {
      const { data, errors } = await gateway.ask(query, { as: demoSubjects.viewer });
      expect(data).toBeUndefined();
      expect(errors![0]).toMatchObject({
        message: '`_service` and `sdl` may be selected only once.',
        extensions: { status: 422 },
      });
    }
  });

  it('limits operations to little more than the size of those of tools', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: name`).join(' ');
    const query = (count: number) => `{ __schema { ...S } } fragment S on __Schema { types { ${names(count)} } }`;
    for (const asked of [query(497), getIntrospectionQuery({ typeDepth: 9, inputValueDeprecation: true })]) {
      await gateway.dataOf(asked, { as: demoSubjects.viewer });
    }
    const { data, errors } = await gateway.ask(query(498), { as: demoSubjects.viewer });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', status: 422 } }]);
  });
});

const place = 'orgId: "a", projectId: "b"';
const filtered = `query ($filter: TaskRunFilter) { taskRuns(${place}, filter: $filter) { totalCount } }`;
const followed = `subscription ($filter: TaskRunFilter) { taskRunChanged(${place}, filter: $filter) { cursor } }`;
/** Each contains a name that is similar to one in the schema. */
const misspelled: [query: string, variables?: Record<string, unknown>][] = [
  ['{ taskRunn { id } }'],
  [`{ taskRuns(${place}, firs: 1) { totalCount } }`],
  [`{ taskRuns(${place}, filter: { statu: FAIL }) { totalCount } }`],
  [`{ taskRuns(${place}, orderBy: CREATED_DES) { totalCount } }`],
  [`{ taskRuns(${place}, orderBy: "CREATED_DES") { totalCount } }`],
  ['query ($filter: TaskRunFilte) { __typename }'],
  ['{ ... on Quer { __typename } }'],
  ['query ($by: BucketWidth = DAYY) { __typename }'],
  [filtered, { filter: { statu: 'FAIL' } }],
  [filtered, { filter: { status: 'FAI' } }],
  [filtered, { filter: { OR: [{ status: 7 }] } }],
  [`subscription { taskRunChanged(${place}, filter: { status: FAI }) { cursor } }`],
  [followed, { filter: { status: 'FAI' } }],
];
const schemaNames = /"taskRun"|"first"|"status"|CREATED_DESC|\bDAY\b|SUCCESS|Did you mean/;

const testSuggestionsAreHidden = (gateway: Gateway) => {
  it('the errors of misspelled names reveal no name of the schema', async () => {
    for (const [query, variables = {}] of misspelled) {
      const { data, errors } = await gateway.ask(query, { as: demoSubjects.viewer, variables });
      expect(data).toBeUndefined();
      for (const { message } of errors!) expect(message).not.toMatch(schemaNames);
    }
  });
};

const rejection = {
  message: 'The caller may not introspect the schema.',
  extensions: { code: 'GRAPHQL_VALIDATION_FAILED', status: 422 },
};

describe('INTROSPECTION=owners', () => {
  const gateway = useOwnGateway({
    environment: { INTROSPECTION: 'owners', TRACE_CLIENTS: 'task-run-gateway-demo' },
  });

  it('allows only owners of an organization, no matter who sent the document before', async () => {
    for (const query of questions) {
      await gateway.dataOf(query, { as: demoSubjects.owner });
      for (const as of [demoSubjects.viewer, demoSubjects.stranger]) {
        const { status, data, errors } = await gateway.ask(query, { as });
        expect([status, data]).toEqual([200, undefined]);
        expect(errors).toMatchObject([rejection]);
      }
      await gateway.dataOf(query, { as: demoSubjects.owner });
    }
  });

  it('rejects other callers by GET and with a trace, too', async () => {
    const query = encodeURIComponent(questions[0]!);
    for (const [subject, mayIntrospect] of [
      [demoSubjects.owner, true],
      [demoSubjects.viewer, false],
    ] as const) {
      const token = await gateway.tokenFor(subject);
      const headers = { authorization: `Bearer ${token}` };
      const byGet = await fetch(`${gateway.url}/graphql?query=${query}`, { headers });
      const traced = await gateway.ask(questions[0]!, {
        token,
        headers: { 'apollo-federation-include-trace': 'ftv1' },
      });
      for (const { data } of [(await byGet.json()) as { data?: unknown }, traced]) {
        expect(data !== undefined).toBe(mayIntrospect);
      }
    }
  });

  testSuggestionsAreHidden(gateway);

  it('leaves suggestions in the errors of owners, no matter who sent the document before', async () => {
    const suggesting = [
      ['{ taskRunn { id } }', {}],
      [filtered, { filter: { statu: 'FAIL' } }],
    ] as const;
    for (const [query, variables] of suggesting) {
      for (const [as, isSuggesting] of [
        [demoSubjects.viewer, false],
        [demoSubjects.owner, true],
        [demoSubjects.viewer, false],
      ] as const) {
        const { errors } = await gateway.ask(query, { as, variables });
        expect(errors![0]!.message.includes('Did you mean')).toBe(isSuggesting);
      }
    }
  });

  it('costs a statement only for an introspection', async () => {
    const ask = (query: string) => gateway.statementsOf(() => gateway.ask(query, { as: demoSubjects.owner }));
    expect(await ask('{ __typename }')).toEqual({});
    expect(Object.values(await ask(questions[0]!))).toEqual([1]);
  });
});

describe('INTROSPECTION=off', () => {
  const gateway = useOwnGateway({ environment: { INTROSPECTION: 'off' } });

  testSuggestionsAreHidden(gateway);

  it('rejects all callers, but leaves __typename and _entities', async () => {
    for (const query of questions) {
      const { data, errors } = await gateway.ask(query, { as: demoSubjects.viewer });
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([rejection]);
    }
    const rest = '{ __typename _entities(representations: []) { __typename } }';
    expect(await gateway.dataOf(rest, { as: demoSubjects.viewer })).toEqual({ __typename: 'Query', _entities: [] });
  });
});
