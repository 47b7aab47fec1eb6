import { buildSchema, execute, GraphQLError, type GraphQLFieldResolver, type GraphQLSchema, parse } from 'graphql';
import { createExecutor } from '../../../../src/graphql/execution/executor.js';

const sdl = `
  type Query { greeting(name: String = "you"): String, must: Int!, later: Int!, nested: Query, many: [Int!] }
`;

function schemaWith(resolvers: Record<string, GraphQLFieldResolver<any, any>>): GraphQLSchema {
  const schema = buildSchema(sdl);
  const fields = schema.getQueryType()!.getFields();
  for (const [name, resolve] of Object.entries(resolvers)) fields[name]!.resolve = resolve;
  return schema;
}

describe('the executor', () => {
  it('returns the response as text, with the errors behind it, at once where nothing is asynchronous', () => {
    const executor = createExecutor(buildSchema(sdl));
    const response = executor.execute({
      document: parse('{ greeting must }'),
      rootValue: { greeting: 'hello', must: null },
    });
    expect(response).not.toBeInstanceOf(Promise);
    const { text, errors } = response as Awaited<typeof response>;
    expect(errors).toEqual([expect.any(GraphQLError)]);
    expect(text).toBe(
      '{"errors":[{"message":"Cannot return null for non-nullable field Query.must.","locations":[{"line":1,"column":12}],"path":["must"]}],"data":null}',
    );
  });

  it('writes what its caller makes of an error', async () => {
    const executor = createExecutor(schemaWith({ greeting: () => Promise.reject(new Error('secret')) }), {
      formatError: (_error, contextValue) => ({ message: `masked for ${contextValue}` }),
    });
    const { text, errors } = await executor.execute({ document: parse('{ greeting }'), contextValue: 'alice' });
    expect(JSON.parse(text)).toEqual({ errors: [{ message: 'masked for alice' }], data: { greeting: null } });
    expect(errors[0]!.originalError?.message).toBe('secret');
  });

  it.each([
    ['no document', { document: undefined }],
    ['variables that are no object', { document: parse('{ must }'), variables: 'x' }],
    ['no document of an invalid schema', { document: undefined, schema: buildSchema('type A { b: Int }') }],
    ['an invalid schema', { document: parse('{ b }'), schema: buildSchema('type A { b: Int }') }],
  ])('throws what graphql-js throws: %s', (_what, { schema = buildSchema(sdl), ...args }: any) => {
    const messageOf = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    };
    const expected = messageOf(() => execute({ schema, document: args.document, variableValues: args.variables }));
    expect(expected).toBeDefined();
    expect(messageOf(() => createExecutor(schema).execute(args))).toBe(expected);
  });

  it('hands other operations to graphql-js', async () => {
    const schema = buildSchema('type Query { a: Int } type Mutation { add: Int }');
    const executor = createExecutor(schema);
    const added = await executor.execute({ document: parse('mutation { add }'), rootValue: { add: () => 1 } });
    expect(added.text).toBe('{"data":{"add":1}}');
    const several = await executor.execute({ document: parse('query A { a } query B { a }') });
    expect(several.result.errors![0]!.message).toBe(
      'Must provide operation name if query contains multiple operations.',
    );
  });

  it('waits for what has begun when a field fails that cannot be null, and drops its errors', async () => {
    let isFinished = false;
    const executor = createExecutor(
      schemaWith({
        later: async () => {
          await new Promise(setImmediate);
          isFinished = true;
          return null;
        },
        must: () => null,
      }),
    );
    const { errors } = await executor.execute({ document: parse('{ later must }') });
    expect(isFinished).toBe(true);
    expect(errors.map(({ path }) => path)).toEqual([['must']]);
  });

  it('passes the ten arguments of graphql-js to resolvers that declare them, and makes them for no others', async () => {
    const lengths: number[] = [];
    let keys: string[] = [];
    const resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>> = {
      greeting: function (_source, _args, _context) {
        // biome-ignore lint/complexity/noArguments: a way to look at the info without naming it
        lengths.push(arguments.length);
        return null;
      },
      must: (_source, _args, _context, info) => {
        keys = Object.keys(info);
        return 1;
      },
      later: (...all: unknown[]) => all.length,
      many: (_source, _args) => [1],
    };
    const executor = createExecutor(schemaWith(resolvers));
    const { text } = await executor.execute({ document: parse('{ greeting must later many }') });
    expect(keys).toEqual(
      'fieldName fieldNodes returnType parentType path schema fragments rootValue operation variableValues'.split(' '),
    );
    expect(lengths).toEqual([4]);
    expect(JSON.parse(text).data.later).toBe(4);
  });

  it('gives each call arguments of its own', async () => {
    const executor = createExecutor(
      schemaWith({
        greeting: (_source, args) => {
          const before = args.name;
          args.name = 'changed';
          return before;
        },
      }),
    );
    const document = parse('{ greeting }');
    await executor.execute({ document });
    expect((await executor.execute({ document })).text).toBe('{"data":{"greeting":"you"}}');
  });

  it('plans what it has data for, once', async () => {
    const executor = createExecutor(buildSchema(sdl));
    const document = parse('{ greeting nested { ...F } } fragment F on Query { must nested { must later } }');
    await executor.execute({ document, rootValue: { nested: null } });
    expect(executor.plannedFields(document)).toBe(2);
    for (const time of ['first', 'again']) {
      await executor.execute({ document, rootValue: { nested: { must: 1, nested: null, time } } });
      expect(executor.plannedFields(document)).toBe(4);
    }
  });

  it('keeps plans for a limited number of values of conditions', async () => {
    const executor = createExecutor(buildSchema(sdl));
    const names = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const fields = names.map((name, index) => `f${index}: greeting @skip(if: $${name})`);
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`)}) { ${fields.join(' ')} must }`);
    for (let combination = 0; combination < 2 ** names.length; combination += 1) {
      const variables = Object.fromEntries(names.map((name, index) => [name, (combination & (1 << index)) !== 0]));
      const { result } = await executor.execute({ document, variables, rootValue: { must: 1 } });
      expect(Object.keys(result.data!)).toHaveLength(1 + names.filter((name) => !variables[name]).length);
      expect(executor.plannedFields(document)).toBeLessThan(20_100);
    }
  });
});
