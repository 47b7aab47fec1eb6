import fc from 'fast-check';
import { demoPlaces, demoSubjects } from '../../src/database/demo/demo-places.js';
import { createDemoRuns } from '../../src/database/demo/fill-demo-data.js';
import { databaseKinds } from '../support/databases.js';
import { operations } from '../support/operation-generator.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

/** A request that asks for a trace is executed by graphql-js; the value is none that makes one. */
const plainly = { 'apollo-federation-include-trace': 'none' };
const { richRun, failedRun } = demoPlaces;
const toList = ({ orgId, projectId, taskId, id }: typeof richRun) => [orgId, projectId, taskId, id];
const isOfGraphqlJs = ({ message, path }: { message: string; path?: readonly (string | number)[] }) =>
  message.endsWith('must not be null.') || path?.at(-1) === 'lost';
const absent = richRun.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));

describe.each(databaseKinds)('compiled execution on the %s database', (kind) => {
  let gateway: Gateway;
  let token: string;
  beforeAll(async () => {
    gateway = await startGateway(kind);
    token = await gateway.tokenFor(demoSubjects.owner);
  });
  afterAll(() => gateway.close());

  const countOf = async (execution: string): Promise<number> => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(new RegExp(`gateway_operations_total\\{execution="${execution}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
  };
  const normalized = ({ data, errors, status }: Awaited<ReturnType<Gateway['ask']>>) => ({
    status,
    data,
    // Where an error leaves no data, execution ends there: whether others still make it into the answer is up to chance.
    errors: data === null ? errors!.length > 0 : errors?.map((error) => JSON.stringify(error)).sort(),
  });

  it('answers generated operations exactly as plain execution does', async () => {
    const bigRuns = createDemoRuns()
      .filter(({ run }) => run.taskId === richRun.taskId)
      .slice(0, 20);
    const good = [
      toList(richRun),
      toList(failedRun),
      ...bigRuns.map(({ run }) => [...toList(richRun).slice(0, 3), run.id]),
    ];
    const [orgId, projectId, taskId, id] = toList(richRun) as [string, string, string, string];
    const other = [
      [orgId, projectId, taskId, absent],
      [absent, projectId, taskId, id],
      [orgId, absent, taskId, id],
      [orgId, projectId, taskId, 'malformed'],
      ['', projectId, taskId, id],
    ];
    const groups = [...new Set(bigRuns.flatMap(({ run }) => run.reportingGroupId ?? []))];
    expect(groups.length).toBeGreaterThan(0);
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(operations({ good, other, groups }), async ({ query, variables }) => {
        const plain = await gateway.ask(query, { token, variables, headers: plainly });
        expect(plain.status).toBe(200);
        // Variables that do not fit leave nothing to execute.
        expect(plain.data !== undefined || plain.errors!.every(({ message }) => message.startsWith('Variable'))).toBe(
          true,
        );
        const isGiven = !query.includes('$status:') || (variables.status != null && variables.group != null);
        if (plain.data != null && isGiven && !plain.errors?.some(isOfGraphqlJs)) answered += 1;
        let compiled = plain;
        for (let run = 0; run < 5; run += 1) compiled = await gateway.ask(query, { token, variables });
        expect(normalized(compiled)).toEqual(normalized(plain));
      }),
      { numRuns: 150, seed: 20261101 },
    );
    // Of the five times each was sent, the last two were compiled, but where a refusal left no data, a variable inside an
    // object was null or graphql-js had to tell the error, and the very last was known.
    expect(answered).toBeGreaterThan(45);
    expect(await countOf('compiled')).toBeGreaterThanOrEqual(answered);
    expect(await countOf('known')).toBeGreaterThanOrEqual(answered);
  }, 180_000);

  const { orgId, projectId, taskId, id } = richRun;
  const run = `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}")`;
  const times = async (count: number, query: string, variables?: Record<string, unknown>) => {
    const answers = [];
    for (let index = 0; index < count; index += 1) {
      answers.push(await gateway.ask(query, { token, ...(variables ? { variables } : {}) }));
    }
    return answers;
  };

  it('refuses variables that do not fit with the words of plain execution', async () => {
    const query =
      'query ($id: ID!, $n: Boolean!) { taskRun(orgId: $id, projectId: $id, taskId: $id, id: $id) { id @skip(if: $n) } }';
    await times(5, query, { id: 'x', n: true });
    for (const variables of [{}, { id: null, n: true }, { id: { a: 1 }, n: 'x' }, { id: 1.5, n: true }]) {
      const compiled = await gateway.ask(query, { token, variables });
      const plain = await gateway.ask(query, { token, variables, headers: plainly });
      expect(normalized(compiled)).toEqual(normalized(plain));
      expect(compiled.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('refuses a list in the place of an object with the words of plain execution', async () => {
    const list = `taskRuns(orgId: "${orgId}", projectId: "${projectId}", filter: $filter) { totalCount }`;
    const [first, ...others] = await times(6, `query ($filter: TaskRunFilter) { ${list} }`, { filter: [] });
    expect(first!.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    for (const answer of others) expect(normalized(answer)).toEqual(normalized(first!));
  });

  it('refuses null in a list that holds none with the words of plain execution', async () => {
    const runs = `taskRunsByIds(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", ids: [$a]) { id }`;
    const [first, ...others] = await times(6, `query ($a: ID = "x") { ${runs} }`, { a: null });
    expect(first!.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    for (const answer of others) expect(normalized(answer)).toEqual(normalized(first!));
  });

  it.each([
    [
      'a list',
      `query ($ids: [ID!]!) { taskRunsByIds(orgId: "o", projectId: "p", taskId: "t", ids: $ids) { id } }`,
      'ids',
    ],
    [
      'a list in an object',
      'query ($filter: TaskRunFilter) { taskRunStats(orgId: "o", projectId: "p", filter: $filter) { runs } }',
      'filter',
    ],
  ])('refuses very many mistakes in a variable soon: %s', async (_name, query, variable) => {
    const wrong = Array.from({ length: 200_000 }, () => ({}));
    const variables = variable === 'ids' ? { ids: wrong } : { filter: { reference: { in: wrong } } };
    const [first, ...others] = await times(6, query, variables);
    expect(first!.errors).toHaveLength(51);
    for (const answer of others) expect(answer.errors).toEqual(first!.errors);
  });

  it('never runs text of a document as code', async () => {
    const before = (await countOf('compiled')) + (await countOf('known'));
    const attack = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.stolen = 1';
    const answers = await times(6, `{ taskRun(orgId: "${attack}", projectId: "a", taskId: "b", id: "c") { id } }`);
    for (const { errors } of answers) expect(errors![0]!.extensions.code).toBe('BAD_REQUEST');
    expect((globalThis as any).stolen).toBeUndefined();
    expect((await countOf('compiled')) + (await countOf('known'))).toBe(before);
  });

  it('tells one error where a field fails that cannot be null, and none of its neighbours', async () => {
    for (const { data, errors } of await times(
      6,
      `{ ${run} { lost: runData(path: "/lost") bad: response(path: "x") } }`,
    )) {
      expect(data).toEqual({ taskRun: null });
      expect(errors!.map(({ path }) => path)).toEqual([['taskRun', 'lost']]);
    }
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', '__typename2', 'then'])(
    'answers under the alias %s',
    async (name) => {
      for (const { text } of await times(6, `{ ${name}: ${run} { ${name}: id } }`)) {
        expect(text.trim()).toBe(`{"data":{"${name}":{"${name}":"${id}"}}}`);
      }
    },
  );

  it('picks the operation that is named, each time', async () => {
    const document = (name: string) => ({
      query: `query A { a: viewer { subject } } query B { b: viewer { subject } }`,
      operationName: name,
    });
    for (let round = 0; round < 6; round += 1) {
      for (const name of ['A', 'B']) {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify(document(name)),
        });
        expect(await response.json()).toEqual({ data: { [name.toLowerCase()]: { subject: demoSubjects.owner } } });
      }
    }
  });

  it('answers introspection as plain execution does', async () => {
    const query =
      '{ __schema { types { name kind fields { name args { name defaultValue } type { kind name ofType { name } } } } } }';
    const [first, ...others] = await times(6, query);
    for (const { text } of others) expect(text).toBe(first!.text);
  });
});
