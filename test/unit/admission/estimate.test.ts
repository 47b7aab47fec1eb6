import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { CostFormula } from '../../../src/admission/estimate.js';
import { type Weights, weights } from '../../../src/admission/weights.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';

const page = weights.fields['Query.taskRuns']!;
const run = 2;
const table = { ...weights, types: { TaskRun: run } };
const byPath = weights.fields['Query.taskRun']!;
const sizes = { runs: () => 0, scannedRuns: () => 0 };
const path = 'orgId: "o", projectId: "p", taskId: "t"';

describe('the estimated cost', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
  });

  const formulaOf = (text: string, by: Weights = table, operationName?: string) => {
    const document = parse(text);
    return new CostFormula(schema, document, getOperationAST(document, operationName)!, by);
  };
  const estimate = (text: string, variables?: Record<string, unknown>, operationName?: string) =>
    formulaOf(text, table, operationName).estimate(variables, sizes);
  const onlyScans = { fields: {}, types: {}, scans: weights.scans };

  it.each<[what: string, document: string, variables: Record<string, unknown>, cost: number]>([
    ['what costs nothing', '{ __typename }', {}, 0],
    ['one run', `{ taskRun(${path}, id: "r") { id } }`, {}, byPath + run],
    [
      'each alias',
      `{ a: taskRun(${path}, id: "r") { id } b: taskRun(${path}, id: "r") { id } }`,
      {},
      2 * (byPath + run),
    ],
    ['a page', `{ taskRuns(${path}) { nodes { id } } }`, {}, page + 50 * run],
    ['a page of edges and nodes', `{ taskRuns(${path}) { edges { node { id } } nodes { id } } }`, {}, page + 100 * run],
    ['a page by its arguments', `{ taskRuns(${path}, first: 7, last: 9) { nodes { id } } }`, {}, page + 9 * run],
    [
      'a page by its variables',
      `query ($n: Int) { taskRuns(${path}, first: $n) { nodes { id } } }`,
      { n: 3 },
      page + 3 * run,
    ],
    [
      "a page by a variable's default",
      `query ($n: Int = 4) { taskRuns(${path}, first: $n) { nodes { id } } }`,
      {},
      page + 4 * run,
    ],
    ['a page beyond the limit', `{ taskRuns(${path}, first: 2147483647) { nodes { id } } }`, {}, page + 100 * run],
    ['a page of less than nothing', `{ taskRuns(${path}, first: -5) { nodes { id } } }`, {}, page],
    [
      'runs by ids',
      `query ($ids: [ID!]!) { taskRunsByIds(${path}, ids: $ids) { id } }`,
      { ids: ['a', 'b'] },
      weights.fields['Query.taskRunsByIds']! + 2 * run,
    ],
    [
      'lists in lists',
      `{ taskRuns(${path}, first: 2) { nodes { context { runs(first: 3) { nodes { id } } } } } }`,
      {},
      page + 2 * (run + weights.fields['TaskRunContext.runs']! + 3 * run),
    ],
    [
      'fragments',
      `{ taskRuns(${path}, first: 2) { ...P ... on TaskRunConnection { totalCount } } } fragment P on TaskRunConnection { nodes { next { id } } }`,
      {},
      page + weights.fields['TaskRunConnection.totalCount']! + 2 * (run + weights.fields['TaskRun.next']! + run),
    ],
    ['what is never selected', `{ taskRuns(${path}) @skip(if: true) { nodes { id } } }`, {}, 0],
    [
      'what a variable leaves out',
      `query ($on: Boolean!) { taskRuns(${path}, first: 1) { nodes @include(if: $on) { id } } }`,
      { on: false },
      page,
    ],
    [
      'what a variable selects',
      `query ($on: Boolean!) { taskRuns(${path}, first: 1) { ... @include(if: $on) { nodes { id } } } }`,
      { on: true },
      page + run,
    ],
  ])('adds up for %s', (_what, document, variables, cost) => {
    expect(estimate(document, variables)).toBe(cost);
  });

  it('grows with the number of scanned runs', () => {
    const estimated: unknown[] = [];
    const counted = { ...sizes, runs: (scope: unknown) => estimated.push(scope) && 1_000_000 };
    const formula = formulaOf(
      'query ($f: TaskRunFilter) { taskRuns(orgId: "o", projectId: "p", filter: $f) { totalCount } }',
      onlyScans,
    );
    const variables = { f: { createdAfter: '-1d' } };
    expect(formula.estimate(variables, counted)).toBe(1000 * weights.scans['TaskRunConnection.totalCount']!.points);
    expect(estimated).toEqual([{ projectId: 'p', filter: variables.f }]);
  });

  it('counts the runs of a grouping by its dimension, once for each field, however many groups there are', () => {
    const points = (row: string) => 1000 * weights.scans[row]!.points;
    const stats = points('Query.taskRunStats');
    const group = points('TaskRunSeries.groupBy');
    const formula = formulaOf(
      `query ($d: TaskRunDimension!) { taskRunStats(${path}) {
         groupBy(dimension: TASK) { groupBy(dimension: $d, path: "/a") { buckets(by: DAY) { runs } } } } }`,
      onlyScans,
    );
    for (const dimension of ['STATUS', 'CONTEXT', 'RESPONSE']) {
      const further = dimension === 'STATUS' ? 0 : points(`TaskRunSeries.groupBy(dimension: ${dimension})`);
      const expected = stats + 2 * group + further + points('TaskRunSeries.buckets');
      expect(formula.estimate({ d: dimension }, { ...sizes, runs: () => 1_000_000 })).toBe(Math.ceil(expected));
    }
  });

  it('grows with the scanned runs of each object', () => {
    const counted = { ...sizes, runs: ({ taskId }: Readonly<Record<string, unknown>>) => (taskId ? 1000 : 1_000_000) };
    const { points } = weights.scans['Task.taskRunStats']!;
    const statistics = formulaOf(
      `{ nodes(ids: ["a", "b"]) { ... on Task { taskRunStats { runs } } ... on Project { taskRunStats { runs } } } }`,
      onlyScans,
    );
    expect(statistics.estimate({}, counted)).toBe(2 * (points + 1000 * points));
    const nested = formulaOf(
      `{ nodes(ids: ["a", "b"]) { ... on Task { taskRuns(first: 10) { totalCount nodes { project { taskRuns { totalCount } } } } } } }`,
      onlyScans,
    );
    const count = weights.scans['TaskRunConnection.totalCount']!.points;
    expect(nested.estimate({}, counted)).toBe(2 * (count + 10 * 1000 * count));
    expect(nested.mostExpensive({}, counted).at(-1)).toMatchObject({ cost: 20_000 * count });
  });

  it('belongs to the named operation', () => {
    const document = `query A { viewer { subject } } query B { taskRuns(${path}) { nodes { id } } }`;
    expect(estimate(document, {}, 'A')).toBe(weights.fields['Query.viewer']);
    expect(estimate(document, {}, 'B')).toBe(page + 50 * run);
  });

  it('comes with the fields that cost most', () => {
    const formula = formulaOf(
      `query ($n: Int) { few: taskRuns(${path}, first: $n) { nodes { id } } many: taskRuns(${path}) { nodes { context { first { id } } } } }`,
    );
    const first = weights.fields['TaskRunContext.first']! + run;
    expect(formula.mostExpensive({ n: 1 }, sizes)).toEqual([
      { path: 'many', cost: page + 50 * (run + first) },
      { path: 'many.nodes', cost: 50 * (run + first) },
      { path: 'many.nodes.context', cost: 50 * first },
      { path: 'many.nodes.context.first', cost: 50 * first },
      { path: 'few', cost: page + run },
    ]);
  });

  it('counts the fields of a fragment at each spread in its formula', () => {
    const document = `
      query A { ${[1, 2, 3].map((n) => `r${n}: taskRun(${path}, id: "") { ...Run }`).join(' ')} }
      query B { viewer { subject } }
      fragment Run on TaskRun { next { ...Neighbour } previous { ...Neighbour } }
      fragment Neighbour on TaskRun { response runData }
    `;
    // The operation and its runs, with two adjacent runs of two fields each.
    expect(formulaOf(document, weights, 'A').fields).toBe(1 + 3 * (1 + 2 * (1 + 2)));
    expect(formulaOf(document, weights, 'B').fields).toBe(2);
  });

  it('takes the arguments of a list or statistic once, however many fields go over its runs', () => {
    const scopes: object[] = [];
    const runs = (scope: object) => scopes.push(scope);
    const formula = formulaOf(`query ($status: TaskRunStatus) {
      taskRunStats(${path}, filter: { AND: [{ status: $status }] }) { llmCallTiming { p50 p90 again: p50 } }
    }`);
    for (const status of ['FAIL', 'SUCCESS']) formula.estimate({ status }, { ...sizes, runs });
    expect(scopes).toMatchObject([
      { filter: { AND: [{ status: 'FAIL' }] } },
      { filter: { AND: [{ status: 'SUCCESS' }] } },
    ]);
  });
});
