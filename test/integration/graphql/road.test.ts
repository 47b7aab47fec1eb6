// The code that a request executes, according to V8's precise coverage. Features that a request does not use must not
// be executed.

import { callHost } from '../../support/call-host.js';
import { arrangeLiveTask, insertRun, liveTask, subscription } from '../../support/live-world.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

/** Folders in src with the features that the request does not use. */
const otherFeatures =
  /^dist\/src\/(mcp|import|export|rest|purge|demo|commands|task-runs\/(statistics|changes|export|lists))\//;

const { viewer, orgId, projectId, taskId } = liveTask;
let runId: string;
const gateway = useOwnGateway({
  environment: { MCP: 'on' },
  arrange: async (database) => {
    await arrangeLiveTask(database);
    runId = await insertRun(database);
    // The group has the same id as the run.
    await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [
      runId,
      projectId,
    ]);
    await database.query('UPDATE task_run SET reporting_group_id = id WHERE id = $1', [runId]);
  },
});

const requestsPerMeasurement = 10;

/**
 * Returns the functions in the program that each of several requests calls. This excludes calls by timers in the
 * meantime, which do not occur in every request.
 */
async function functionsOf(query: string): Promise<string[]> {
  const headers = {
    authorization: `Bearer ${await gateway.tokenFor(viewer)}`,
    accept: 'application/graphql-response+json',
    'apollo-require-preflight': 'true',
  };
  const request = { method: 'GET', path: `/graphql?query=${encodeURIComponent(query)}`, headers };
  const asked = await callHost('calledTwice', {
    url: gateway.url,
    requests: Array(requestsPerMeasurement).fill(request),
  });
  const called = asked.map(({ first, second }: Record<'first' | 'second', { status: number; functions: object }>) => {
    expect([first.status, second.status]).toEqual([200, 200]);
    return new Set(Object.keys(second.functions).filter((name) => name.startsWith('dist/src/')));
  }) as Set<string>[];
  return [...called[0]!].filter((name) => called.every((names) => names.has(name)));
}

const taskRun = () =>
  `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${runId}") { id created isError response totalTokens reportingGroup { name } files { name } } }`;

describe('a warm taskRun', () => {
  const printed = (title: string, functions: readonly string[]) => {
    const files = new Set(functions.map((name) => name.split('#')[0]));
    process.stdout.write(`${title}: ${files.size} files and ${functions.length} functions of the program\n`);
  };

  it('runs nothing of the features that it does not use', async () => {
    await functionsOf(taskRun());
    const functions = await functionsOf(taskRun());
    printed('A warm taskRun', functions);
    expect(functions).toEqual(expect.arrayContaining([expect.stringMatching(/run\/run-statement\.js#bindRuns$/)]));
    for (const name of ['primeRun', 'get filesByRun', 'get reportingGroupById'])
      expect(functions).toContain(`dist/src/task-runs/columns/relation-loaders.js#${name}`);
    expect(functions.filter((name) => otherFeatures.test(name))).toEqual([]);
  });

  it('runs nothing of them while a subscription is open', async () => {
    const client = await openAs(gateway, viewer);
    client.send({
      id: '1',
      type: 'subscribe',
      payload: { query: subscription, variables: { orgId, projectId, taskId } },
    });
    await client.next(({ type }) => type === 'next');
    await functionsOf(taskRun());
    const functions = await functionsOf(taskRun());
    printed('Beside a subscription', functions);
    expect(functions.filter((name) => otherFeatures.test(name))).toEqual([]);
    client.socket.terminate();
  });

  it('differs from a list, whose features the measurement sees', async () => {
    const functions = await functionsOf(`{ taskRuns(orgId: "${orgId}", projectId: "${projectId}") { nodes { id } } }`);
    expect(functions.some((name) => otherFeatures.test(name))).toBe(true);
  });
});
