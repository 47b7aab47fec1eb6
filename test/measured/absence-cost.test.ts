// Whether the cost in a response distinguishes another organization's id from one that does not exist.

import { randomUUID } from 'node:crypto';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { useOwnGateway } from '../support/start-gateway.js';

const pairs = 200;
const { orgId, projectId, taskId } = generated;

const requests = {
  'run as an entity': (id) => entity('TaskRun', id),
  'run as a node': node,
  'reporting group as an entity': (id) => entity('ReportingGroup', id),
  'reporting group as a node': node,
  'task as a node': node,
  'permission on a task': (id) =>
    `{ viewer { can(permission: "task:view", orgId: "${orgId}", projectId: "${projectId}", taskId: "${id}") } }`,
} satisfies Record<string, (id: string) => string>;

function entity(typeName: string, id: string): string {
  return `{ _entities(representations: [{ __typename: "${typeName}", id: "${id}" }]) { ... on ${typeName} { id } } }`;
}
function node(id: string): string {
  return `{ node(id: "${id}") { id } }`;
}

describe('the cost of a request for a hidden object', () => {
  const hidden: Record<string, readonly string[]> = {};
  const gateway = useOwnGateway({
    async arrange(database) {
      await arrangeGeneratedRuns(database, 20_000);
      const idsOf = async (sql: string): Promise<string[]> =>
        (await database.query(sql)).map(({ id }: { id: string }) => id);
      hidden.run = await idsOf(`SELECT id FROM task_run WHERE task_id = '${taskId}' LIMIT ${pairs + 20}`);
      hidden.reporting = await idsOf(
        `INSERT INTO reporting_group (id, project_id, name)
         SELECT gen_random_uuid(), '${projectId}', 'Pilot ' || n FROM generate_series(1, ${pairs + 20}) AS n RETURNING id`,
      );
      // Nor may the cost of a group depend on the number of its project's tasks.
      hidden.task = await idsOf(
        `INSERT INTO task (id, project_id, name)
         SELECT gen_random_uuid(), '${projectId}', 'Hidden' FROM generate_series(1, ${pairs + 20}) RETURNING id`,
      );
      hidden.permission = [...hidden.task];
      await database.query('VACUUM (ANALYZE)');
    },
  });
  let authorization: string;
  beforeAll(async () => {
    authorization = `Bearer ${await gateway.tokenFor('stranger')}`;
  });

  const costOf = async (query: string): Promise<number> => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cost': '1', authorization },
      body: JSON.stringify({ query }),
    });
    const { extensions } = (await response.json()) as { extensions: { cost: { actualQueryCost: number } } };
    return extensions.cost.actualQueryCost;
  };

  it.each(Object.entries(requests))('is that for a missing one: %s', async (name, request) => {
    const ids = hidden[name.split(' ')[0]!]!;
    const costs = { hidden: [] as number[], missing: [] as number[] };
    for (const [index, id] of ids.entries()) {
      const kinds = [['hidden', id] as const, ['missing', randomUUID()] as const];
      for (const [kind, each] of Math.random() < 0.5 ? kinds : kinds.reverse()) {
        const cost = await costOf(request(each));
        // The first requests create the statements' plans.
        if (index >= ids.length - pairs) costs[kind].push(cost);
      }
    }
    const medians = { hidden: median(costs.hidden), missing: median(costs.missing) };
    const distinguishable = bestThreshold(costs.hidden, costs.missing);
    if (process.env.REPORT) process.stderr.write(`${JSON.stringify({ name, ...medians, distinguishable })}\n`);
    expect(Math.abs(medians.hidden - medians.missing)).toBeLessThanOrEqual(1);
    expect(distinguishable).toBeLessThan(0.65);
  });
});

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
}

/**
 * Returns the share of costs that the best threshold classifies correctly: slightly more than half for equal
 * distributions.
 */
function bestThreshold(one: readonly number[], other: readonly number[]): number {
  const below = (numbers: readonly number[], threshold: number) =>
    numbers.filter((number) => number < threshold).length;
  const differences = [...one, ...other].map((threshold) => Math.abs(below(one, threshold) - below(other, threshold)));
  return 0.5 + Math.max(...differences) / (one.length + other.length);
}
