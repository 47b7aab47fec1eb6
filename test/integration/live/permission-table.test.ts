// The permission table for single runs, applied to every way in which changes are delivered.

import { eventsOf } from '../../support/event-stream-client.js';
import { subscription } from '../../support/live-world.js';
import {
  arrangePermissionWorld,
  direct,
  levels,
  roles,
  throughSet,
  visibilities,
  world,
} from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';
import { openWebSocket } from '../../support/websocket-client.js';

interface Case {
  readonly title: string;
  readonly subject: string;
  readonly path: { readonly orgId: string; readonly projectId: string; readonly taskId: string };
  readonly confinement?: { orgId?: string; projectId?: string; taskId?: string };
  /** The id of the run received, the error code, or that nothing is received. */
  readonly expected: string;
}

const nothing = 'nothing';
const pathOf = (visibility: (typeof visibilities)[number], change: Partial<Case['path']> = {}) => ({
  orgId: world.org,
  projectId: world.project,
  taskId: world.taskOf[visibility],
  ...change,
});
const minRank = { owner_only: 3, editors_and_owners: 2, all_viewers: 1 };
const rank = { viewer: 1, editor: 2, owner: 3 };

const byRole: Case[] = roles.flatMap((role) =>
  levels.flatMap((level) =>
    visibilities.map((visibility) => ({
      title: `${role} on the ${level}, ${visibility}`,
      subject: direct(role, level),
      path: pathOf(visibility),
      expected: rank[role] >= minRank[visibility] ? world.runOf[visibility] : nothing,
    })),
  ),
);
const owner = direct('owner', 'organization');
const others: Case[] = [
  ['who executed it', world.executor, pathOf('owner_only'), world.runOf.owner_only],
  ['a stranger', 'stranger', pathOf('all_viewers'), 'FORBIDDEN'],
  ['a stranger, no such task', 'stranger', pathOf('all_viewers', { taskId: world.absent }), 'FORBIDDEN'],
  ['a member of a set', throughSet('viewer', 'organization'), pathOf('all_viewers'), world.runOf.all_viewers],
  ['a member of a set of a set', 'nested', pathOf('all_viewers'), 'FORBIDDEN'],
  ['an owner, no such task', owner, pathOf('all_viewers', { taskId: world.absent }), 'NOT_FOUND'],
  ['an owner, no such project', owner, pathOf('all_viewers', { projectId: world.absent }), 'NOT_FOUND'],
  ['an owner, another organization', owner, pathOf('all_viewers', { orgId: world.otherOrg }), 'FORBIDDEN'],
  ['an owner, a malformed id', owner, pathOf('all_viewers', { taskId: 'nonsense' }), 'BAD_REQUEST'],
].map(([title, subject, path, expected]) => ({ title, subject, path, expected }) as Case);
const confined: Case[] = [
  { confinement: { taskId: world.taskOf.all_viewers }, expected: world.runOf.all_viewers },
  { confinement: { orgId: world.otherOrg }, expected: 'FORBIDDEN' },
  { confinement: { projectId: world.siblingProject }, expected: 'FORBIDDEN' },
  { confinement: { taskId: world.taskOf.owner_only }, expected: 'FORBIDDEN' },
].map((item) => ({ ...item, title: JSON.stringify(item.confinement), subject: owner, path: pathOf('all_viewers') }));
const cases = [...byRole, ...others, ...confined];

describe('the permission table', () => {
  const gateway = useGateway({
    arrange: arrangePermissionWorld,
  });
  const controller = new AbortController();
  afterAll(() => controller.abort());

  const codeOf = ({ errors: [error] }: { errors: { extensions: { code: string } }[] }) => error!.extensions.code;
  interface Change {
    readonly run: { readonly id: string } | null;
    readonly deleted: { readonly runId: string } | null;
  }
  const runOf = ({ data: { taskRunChanged } }: { data: { taskRunChanged: Change } }) =>
    taskRunChanged.run?.id ?? taskRunChanged.deleted?.runId;
  /** Returns an error's code or a run's id, or undefined for a heartbeat. */
  const outcomeOf = (response: Parameters<typeof codeOf>[0] & Parameters<typeof runOf>[0]) =>
    response.errors ? codeOf(response) : runOf(response);

  const transports: Record<string, (token: string, path: Case['path'], after: string) => Promise<string | undefined>> =
    {
      async sse(token, path, after) {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          signal: controller.signal,
          headers: {
            'content-type': 'application/json',
            accept: 'text/event-stream',
            authorization: `Bearer ${token}`,
          },
          body: JSON.stringify({ query: subscription, variables: { ...path, after } }),
        });
        for await (const { data } of eventsOf(response)) {
          const outcome = data === '' ? 'completed' : outcomeOf(JSON.parse(data));
          if (outcome !== undefined) return outcome;
        }
        return 'ended';
      },
      async websocket(token, path, after) {
        const client = await openWebSocket(gateway);
        controller.signal.addEventListener('abort', () => client.socket.close());
        client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
        await client.next(({ type }) => type === 'connection_ack');
        const variables = { ...path, after };
        client.send({ type: 'subscribe', id: 'a', payload: { query: subscription, variables } });
        for (;;) {
          const { type, payload } = await client.next(({ id }) => id === 'a');
          if (type === 'complete') return 'completed';
          const outcome = outcomeOf(type === 'error' ? { errors: payload } : payload);
          if (outcome !== undefined) return outcome;
        }
      },
      async rest(token, { orgId, projectId, taskId }, after) {
        const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/changes?after=${after}`;
        const response = await fetch(url, {
          signal: controller.signal,
          headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` },
        });
        const codes: Record<number, string> = { 400: 'BAD_REQUEST', 403: 'FORBIDDEN', 404: 'NOT_FOUND' };
        if (response.status !== 200) return codes[response.status];
        for await (const { event, data } of eventsOf(response)) {
          if (event !== 'heartbeat') return event === 'error' ? event : JSON.parse(data).id;
        }
        return 'ended';
      },
    };

  const readChanges = async (selection: string) => {
    const query = `{ taskRunChanges(orgId: "${world.org}", projectId: "${world.project}", first: 100) { ${selection} } }`;
    return (await gateway.dataOf(query, { as: owner })).taskRunChanges;
  };
  const expectTable = async (transport: string, after: string) => {
    const outcomes = cases.map(() => nothing);
    const asked = cases.map(async ({ subject, path, confinement = {} }, index) => {
      const token = await gateway.tokenFor(subject, confinement);
      outcomes[index] = String(await transports[transport]!(token, path, after));
    });
    // Streams without events stay open for several polls after all others.
    await Promise.all(asked.filter((_, index) => cases[index]!.expected !== nothing));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(outcomes.map((outcome, index) => [transport, cases[index]!.title, outcome])).toEqual(
      cases.map(({ title, expected }) => [transport, title, expected]),
    );
    for (const each of asked) each.catch(() => {});
  };
  /** Checked concurrently, because silent streams have to be waited for. */
  const expectTables = (after: string) =>
    Promise.all(Object.keys(transports).map((transport) => expectTable(transport, after)));

  it('holds over every transport', async () => {
    const [{ previousCursor }] = (await readChanges('changes { previousCursor }')).changes;
    await expectTables(previousCursor);
  });

  describe('of deletions', () => {
    let before: string;
    beforeAll(async () => {
      before = (await readChanges('endCursor')).endCursor;
      await gateway.query('DELETE FROM task_run WHERE id = ANY ($1)', [Object.values(world.runOf)]);
    });

    it('holds over every transport', () => expectTables(before));
  });
});
