import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { CostFormula } from '../../../../src/admission/estimate.js';
import { stringifyJson } from '../../../../src/json/raw-json.js';
import { DocumentExecutor } from '../../../support/execute-document.js';

const sdl = `
  type Query { greeting(name: String = "you"): String, must: Int!, later: Int!, nested: Query, many: [Int!] }
`;

function schemaWith(resolvers: Record<string, GraphQLFieldResolver<unknown, unknown>>): GraphQLSchema {
  const schema = buildSchema(sdl);
  const fields = schema.getQueryType()!.getFields();
  for (const [name, resolve] of Object.entries(resolvers)) fields[name]!.resolve = resolve;
  return schema;
}

/** The arguments of an executor, valid or invalid. */
interface InvalidArguments {
  readonly schema?: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables?: Readonly<Record<string, unknown>>;
}

describe('the executor', () => {
  it('returns the response as text, with the errors behind it, at once where nothing is asynchronous', () => {
    const executor = new DocumentExecutor(buildSchema(sdl));
    const response = executor.executeDocument({
      document: parse('{ greeting must }'),
      rootValue: { greeting: 'hello', must: null },
    });
    expect(response).not.toBeInstanceOf(Promise);
    const { result, errors } = response as Awaited<typeof response>;
    expect(errors).toEqual([expect.any(GraphQLError)]);
    expect(stringifyJson(result)).toBe(
      '{"errors":[{"message":"Cannot return null for non-nullable field Query.must.","locations":[{"line":1,"column":12}],"path":["must"]}],"data":null}',
    );
  });

  it('writes what its caller makes of an error', async () => {
    const executor = new DocumentExecutor(schemaWith({ greeting: () => Promise.reject(new Error('secret')) }), {
      formatError: (_error, contextValue) => ({ message: `masked for ${contextValue}` }),
    });
    const { result, errors } = await executor.executeDocument({
      document: parse('{ greeting }'),
      contextValue: 'alice',
    });
    expect(JSON.parse(stringifyJson(result))).toEqual({
      errors: [{ message: 'masked for alice' }],
      data: { greeting: null },
    });
    expect(errors[0]!.originalError?.message).toBe('secret');
  });

  it.each([
    ['variables that are not an object', { document: parse('{ must }'), variables: 'x' as never }],
    ['an invalid schema', { document: parse('{ b }'), schema: buildSchema('type A { b: Int }') }],
  ])('throws what graphql-js throws: %s', (_what, { schema = buildSchema(sdl), ...args }: InvalidArguments) => {
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
    expect(messageOf(() => new DocumentExecutor(schema).executeDocument(args))).toBe(expected);
  });

  it('returns an error that is thrown while variables are coerced as one of GraphQL', async () => {
    const executor = new DocumentExecutor(buildSchema(sdl), { formatError: (error) => error.toJSON() });
    const variables = {
      get name(): never {
        throw new RangeError('Maximum call stack size exceeded');
      },
    };
    const document = parse('query ($name: [String]) { greeting }');
    const { result, errors } = await executor.executeDocument({ document, variables });
    expect(result).toEqual({ errors: [{ message: 'Maximum call stack size exceeded' }] });
    expect(errors).toEqual([expect.any(GraphQLError)]);
    expect(errors[0]!.extensions).toEqual({});
  });

  it('hands other operations to graphql-js', async () => {
    const schema = buildSchema('type Query { a: Int } type Mutation { add: Int }');
    const executor = new DocumentExecutor(schema);
    const added = await executor.executeDocument({ document: parse('mutation { add }'), rootValue: { add: () => 1 } });
    expect(stringifyJson(added.result)).toBe('{"data":{"add":1}}');
  });

  it('finds an operation by its name, or the only one', () => {
    const executor = new DocumentExecutor(buildSchema(sdl));
    const document = parse('query A { greeting } query B { must }');
    const nameOf = (name: string | null) => executor.planned.findOperation(document, name)?.node.name?.value;
    expect([nameOf('A'), nameOf('B'), nameOf('C'), nameOf(null)]).toEqual(['A', 'B', undefined, undefined]);
    expect(executor.planned.findOperation(parse('{ must }'), null)).toBeDefined();
  });

  it('waits for what has begun when a field fails that cannot be null, and drops its errors', async () => {
    let isFinished = false;
    const executor = new DocumentExecutor(
      schemaWith({
        later: async () => {
          await new Promise(setImmediate);
          isFinished = true;
          return null;
        },
        must: () => null,
      }),
    );
    const { errors } = await executor.executeDocument({ document: parse('{ later must }') });
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
      many: (_source, _args) => [1],
    };
    const executor = new DocumentExecutor(schemaWith(resolvers));
    await executor.executeDocument({ document: parse('{ greeting must many }') });
    expect(keys).toEqual(
      'fieldName fieldNodes returnType parentType path schema fragments rootValue operation variableValues'.split(' '),
    );
    expect(lengths).toEqual([3]);
  });

  it('gives each call new arguments', async () => {
    const executor = new DocumentExecutor(
      schemaWith({
        greeting: (_source, args) => {
          const before = args.name;
          args.name = 'changed';
          return before;
        },
      }),
    );
    const document = parse('{ greeting }');
    await executor.executeDocument({ document });
    expect(stringifyJson((await executor.executeDocument({ document })).result)).toBe('{"data":{"greeting":"you"}}');
  });

  it('plans what it has data for, once', async () => {
    const executor = new DocumentExecutor(buildSchema(sdl));
    const document = parse('{ greeting nested { ...F } } fragment F on Query { must nested { must later } }');
    await executor.executeDocument({ document, rootValue: { nested: null } });
    expect(executor.planned.plannedFields(document)).toBe(2);
    for (const time of ['first', 'again']) {
      await executor.executeDocument({ document, rootValue: { nested: { must: 1, nested: null, time } } });
      expect(executor.planned.plannedFields(document)).toBe(4);
    }
  });

  it('keeps the costs of operations with their plans until these are forgotten', async () => {
    const schema = buildSchema(sdl);
    const executor = new DocumentExecutor(schema);
    const document = parse('query A { greeting must } query B { greeting }');
    const operation = executor.planned.findOperation(document, 'A')!;
    operation.cost = new CostFormula(schema, document, operation.node, {
      fields: { 'Query.greeting': 1 },
      types: {},
      scans: {},
    });
    executor.planned.prepare(document);
    // The operation and its field that has a cost, in addition to the planned fields.
    expect(executor.planned.plannedFields(document)).toBe(2 + 3);
    expect(executor.planned.findOperation(document, 'A')).toBe(operation);
    executor.planned.forget(document);
    expect(executor.planned.plannedFields(document)).toBe(0);
    expect(executor.planned.findOperation(document, 'A')!.cost).toBeUndefined();
  });

  it('keeps plans for a limited number of values of conditions', async () => {
    const executor = new DocumentExecutor(buildSchema(sdl));
    const names = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const fields = names.map((name, index) => `f${index}: greeting @skip(if: $${name})`);
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`)}) { ${fields.join(' ')} must }`);
    for (let combination = 0; combination < 2 ** names.length; combination += 1) {
      const variables = Object.fromEntries(names.map((name, index) => [name, (combination & (1 << index)) !== 0]));
      const { result } = await executor.executeDocument({ document, variables, rootValue: { must: 1 } });
      expect(Object.keys(result.data!)).toHaveLength(1 + names.filter((name) => !variables[name]).length);
      expect(executor.planned.plannedFields(document)).toBeLessThan(20_100);
    }
  });
});
