// How clients of each protocol learn that deletions after their cursor were forgotten.

import type { DataSource } from 'typeorm';
import { forgetDeletions } from '../../../src/purge/forget-deletions.js';
import { describeOnServer } from '../../support/databases.js';
import { arrangeLiveTask, insertRun, livePaths, liveTask, subscription } from '../../support/live-world.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import type { RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';
import { openAs } from '../../support/websocket-client.js';

const { viewer, ...path } = liveTask;
const remedy = expect.stringContaining('Read from the start, and delete local runs that are not returned');

describeOnServer('a cursor from before deletions that were forgotten', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let gateway: Gateway;
  let before: string;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await arrangeLiveTask(dataSource);
    // A page that ends with this run precedes the forgotten deletion.
    await insertRun(dataSource);
    const id = await insertRun(dataSource);
    gateway = await startGateway({ environment: { DATABASE_URL: database.url } });
    before = (await page('')).pagination.next_cursor!;
    await dataSource.query('DELETE FROM task_run WHERE id = $1', [id]);
    await forget();
    await insertRun(dataSource);
    await untilSettled(dataSource);
  });
  afterAll(async () => {
    await gateway?.close();
    await dataSource?.destroy();
    await database?.drop();
  });

  /** Forgets the only remaining deletion. */
  const forget = async () => {
    await dataSource.query("UPDATE task_run_deletion SET deleted_at = '2000-01-01'");
    await untilSettled(dataSource);
    const rule = { kind: 'tombstones', before: '2000-01-02T00:00:00Z' } as const;
    const { signal } = new AbortController();
    expect(await forgetDeletions(dataSource, 'all', rule, { batch: 10, pauseMs: 0, signal, onCommit() {} })).toBe(1);
  };
  const request = (query: string, headers = {}) =>
    requestRest(gateway, `${gateway.url}${livePaths.task}?${query}`, { as: viewer, headers });
  const page = async (query: string) => (await (await request(query)).json()) as RestPage;
  const expired = { status: 422, body: { detail: { reason: 'CURSOR_EXPIRED', message: remedy } } };

  it.each([
    ['a page', '', {}],
    ['server-sent events', '', { accept: 'text/event-stream' }],
    ['an export', '/export', {}],
  ])('fails over REST, with the remedy: %s', async (_what, suffix, headers) => {
    const url = `${gateway.url}${livePaths.task.replace(/\/changes$/, suffix === '' ? '/changes' : suffix)}`;
    const response = await requestRest(gateway, `${url}?after=${before}`, { as: viewer, headers });
    expect({ status: response.status, body: await response.json() }).toMatchObject(expired);
  });

  it('fails over GraphQL, and over WebSocket', async () => {
    const query = `query ($orgId: ID!, $projectId: ID!, $taskId: ID, $after: String) {
      taskRunChanges(orgId: $orgId, projectId: $projectId, taskId: $taskId, after: $after) { endCursor } }`;
    const variables = { ...path, after: before };
    const error = { message: remedy, extensions: { code: 'CURSOR_EXPIRED', status: 422 } };
    expect((await gateway.ask(query, { variables, as: viewer })).errors).toMatchObject([error]);
    const client = await openAs(gateway, viewer);
    client.send({ type: 'subscribe', id: '1', payload: { query: subscription, variables } });
    expect(await client.next(({ id }) => id === '1')).toMatchObject({ type: 'error', payload: [error] });
    client.socket.close();
  });

  it('gives way to one of a new walk', async () => {
    const first = await page('page_limit=1');
    expect(first.results).toHaveLength(1);
    expect((await page(`after=${first.pagination.next_cursor}`)).results).toHaveLength(1);
  });

  it('includes that of a walk which began before the deletion, although it began after another one was forgotten', async () => {
    const id = await insertRun(dataSource);
    await untilSettled(dataSource);
    const first = await page('page_limit=1');
    await dataSource.query('DELETE FROM task_run WHERE id = $1', [id]);
    await forget();
    const next = await request(`after=${first.pagination.next_cursor}`);
    expect({ status: next.status, body: await next.json() }).toMatchObject(expired);
  });
});
