import { type DocumentNode, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { forbidden } from '../../../src/errors/gateway-error.js';
import { type CompileAliases, createAliasCompiler } from '../../../src/graphql/compiled-aliases.js';
import { createSchema } from '../../../src/graphql/schema.js';

const call = 'taskRun(orgId: "o", projectId: "p", taskId: "t", id: $id)';
const runs = (...selections: string[]) =>
  selections.map((selection, index) => `r${index}: ${call.replace('$id', `"${index}"`)} ${selection}`).join('\n');

describe('runs under many aliases', () => {
  let schema: GraphQLSchema;
  let compile: CompileAliases;
  beforeAll(async () => {
    schema = await createSchema();
    compile = createAliasCompiler(schema);
  });

  const compiled = (text: string) => {
    const document: DocumentNode = parse(text);
    return compile(document, getOperationAST(document)!);
  };
  const same = ['{ id isError }', '{ id, isError }', '{ id isError }', '{ id isError }'];

  it('are compiled as one where the same is asked of each, however it is written', () => {
    expect(compiled(`{ ${runs(...same)} }`)).not.toBeNull();
    expect(compiled(`{ ${runs(...same.map(() => '{ ...F }'))} } fragment F on TaskRun { id }`)).not.toBeNull();
  });

  it.each([
    ['few', `{ ${runs(...same.slice(1))} }`],
    ['with another selection', `{ ${runs(...same, '{ id }')} }`],
    ['beside another field', `{ ${runs(...same)} viewer { subject } }`],
    ['beside a fragment', `{ ${runs(...same)} ...Q } fragment Q on Query { viewer { subject } }`],
    ['of one name', `{ ${runs(...same).replace('r1', 'r0')} }`],
    ['under a directive', `{ ${runs(...same, '@skip(if: true) { id isError }')} }`],
  ])('are not: %s', (_name, text) => {
    expect(compiled(text)).toBeNull();
  });

  it('are asked for by their own arguments, and answered and refused under their own names', async () => {
    const execute = compiled(`query ($a: ID!) { ${runs(...same).replace('"2"', '$a')} }`)!;
    const taskRuns = {
      runByPath: async ({ id }: { id: string }) => {
        if (id === '1') throw forbidden();
        return { id, isError: id === 'given' };
      },
    };
    const { data, errors } = await execute(undefined, { taskRuns }, { a: 'given' });
    expect(JSON.stringify(data)).toBe(
      JSON.stringify({
        r0: { id: '0', isError: false },
        r1: null,
        r2: { id: 'given', isError: true },
        r3: { id: '3', isError: false },
      }),
    );
    expect(errors!.map(({ path, locations }) => ({ path, locations }))).toEqual([
      { path: ['r1'], locations: [{ line: 2, column: 1 }] },
    ]);
  });

  // A rejection that nobody awaits would end the process, and fails the test.
  it.each([
    ['an argument', { b: null }],
    ['the resolver', { b: 'throws' }],
  ])('leave none behind that was refused where %s of another fails', async (_name, variables) => {
    const execute = compiled(`query ($b: ID = "x") { ${runs(...same).replace('"3"', '$b')} }`)!;
    const taskRuns = {
      runByPath: ({ id }: { id: string }) => {
        if (id === 'throws') throw forbidden();
        return id === '0' ? Promise.reject(forbidden()) : Promise.resolve({ id, isError: false });
      },
    };
    const { data, errors } = await execute(undefined, { taskRuns }, variables);
    expect(data).toEqual({ r0: null, r1: { id: '1', isError: false }, r2: { id: '2', isError: false }, r3: null });
    expect(errors!.map(({ path }) => path![0]).sort()).toEqual(['r0', 'r3']);
  });

  it('leave an operation whose variables do not fit to be told of', async () => {
    const execute = compiled(`query ($a: ID!) { ${runs(...same).replace('"2"', '$a')} }`)!;
    expect((await execute(undefined, {}, {})).data).toBeUndefined();
  });
});
