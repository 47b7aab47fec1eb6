// The error table as seen by a client of a federated gateway in front of this one.

import { describeOnServer } from '../support/databases.js';
import type { GraphqlErrorResponse, RequestOptions } from '../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, world } from '../support/permission-world.js';
import { type ProxiedGateway, startProxiedGateway } from '../support/proxied-gateway.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { federatedGateways, startFederation } from './federated-gateways.js';

const owner = direct('owner', 'organization');
const { all_viewers: task } = world.taskOf;
const run = (id: string, taskId: string = task) =>
  `taskRun(orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskId}", id: "${id}")`;
const byPath = (id: string, selection = 'id note') => `{ ${run(id)} { ${selection} } }`;
/** The other subgraph names the runs; this one resolves entities. */
const byId = (...ids: string[]) => `{ notedRuns(ids: ${JSON.stringify(ids)}) { created } }`;
const existing = world.runOf.all_viewers;

type Case = [title: string, query: string, options: RequestOptions, extensions: Record<string, unknown>];
const badRequest = { code: 'BAD_REQUEST', status: 400, reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument: 'id' };
const forbidden = { code: 'FORBIDDEN', status: 403, reason: 'PERMISSION_CHECK_FAILED', permission: 'read' };
const internal = { code: 'INTERNAL_SERVER_ERROR', status: 500, reason: 'INTERNAL_SERVER_ERROR' };
const unavailable = { code: 'SERVICE_UNAVAILABLE', status: 503, reason: 'SERVICE_UNAVAILABLE', retryAfter: 1 };
const tooMany = {
  ...{ code: 'UNPROCESSABLE_ENTITY', status: 422, reason: 'VALIDATION_FAILED' },
  detail: [{ loc: ['representations'], type: 'too_long', msg: expect.any(String) }],
};
const cases: Case[] = [
  ['400 of a query', byPath('nonsense'), { as: owner }, badRequest],
  ['400 of an entity', byId('nonsense'), { as: owner }, badRequest],
  ['403 of a query', byPath(existing), { as: 'stranger' }, forbidden],
  [
    '403 that says what is missing',
    `{ ${run(world.runOf.owner_only, world.taskOf.owner_only)} { id note } }`,
    { as: direct('viewer', 'project') },
    {
      ...forbidden,
      ...{ resourceId: world.taskOf.owner_only, holds: 'VIEWER' },
      requires: { role: 'OWNER', visibility: 'OWNER_ONLY' },
      docUrl: expect.stringMatching(/\/errors#FORBIDDEN$/),
    },
  ],
  ['403 of an entity', byId(existing), { as: 'stranger' }, forbidden],
  ['404', byPath(world.absent), { as: owner }, { code: 'NOT_FOUND', status: 404, reason: 'TASK_RUN_NOT_FOUND' }],
  ['422', byId(...Array.from({ length: 301 }, (_, index) => idOf(index))), { as: owner }, tooMany],
  ['500', byPath(existing, 'files { downloadUrl }'), { as: owner }, { ...internal, requestId: expect.any(String) }],
];
const rejectedTokens: [string, (gateway: Gateway) => Promise<RequestOptions>][] = [
  ['MISSING_AUTHENTICATION', async () => ({})],
  ['INVALID_TOKEN', async () => ({ token: 'nonsense' })],
  [
    'EXPIRED_TOKEN',
    async ({ issuer }) => ({ token: await issuer.sign({ subject: owner, expiresInSeconds: 1, now: 0 }) }),
  ],
];

const extensionsOf = (errors: readonly GraphqlErrorResponse[] | undefined) =>
  errors!.map(({ extensions }) => extensions);

describe.each(federatedGateways)('a client of $name', ({ start }) => {
  let gateway: Gateway;
  let graph: Awaited<ReturnType<typeof startFederation>>;
  beforeAll(async () => {
    gateway = await startGateway({
      async arrange(dataSource) {
        await arrangePermissionWorld(dataSource);
        await dataSource.query(
          "INSERT INTO task_run_file VALUES ($1, 0, 'a.png', 'image/png', 1, 'INPUT', 'k', '2024-01-16T13:33:25Z')",
          [existing],
        );
      },
      clock: { breaks: 'broken' },
    });
    graph = await startFederation(gateway, start);
  });
  afterAll(async () => {
    await graph.stop();
    await gateway.close();
  });

  it.each(cases)('gets %s unchanged', async (_title, query, options, expected) => {
    const { status, data, errors } = await graph.ask(query, options);
    expect(status).toBe(200);
    expect(data).toBeDefined();
    expect(errors!.length).toBeGreaterThan(0);
    for (const extensions of extensionsOf(errors)) expect(extensions).toMatchObject(expected);
  });

  it.each(rejectedTokens)('gets 401 for a token rejected for %s', async (reason, optionsFor) => {
    for (const query of [byPath(existing), byId(existing)]) {
      const { data, errors, text } = await graph.ask(query, await optionsFor(gateway));
      expect(Object.values(data).flat()).toEqual([null]);
      expect(extensionsOf(errors)[0]).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect(text).toContain(`"reason":"${reason}"`);
    }
  });

  it('gets each of several errors together with the data of the others', async () => {
    const { data, errors } = await graph.ask(byId(existing, 'nonsense', world.absent), { as: owner });
    expect(data.notedRuns).toEqual([{ created: expect.any(String) }, null, null]);
    const codes = extensionsOf(errors).map(({ code }) => code);
    expect(codes.sort()).toEqual(['BAD_REQUEST', 'FORBIDDEN']);
  });
});

describeOnServer('during a database outage', () => {
  describe.each(federatedGateways)('a client of $name', ({ start }) => {
    let proxied: ProxiedGateway;
    let graph: Awaited<ReturnType<typeof startFederation>>;
    beforeAll(async () => {
      proxied = await startProxiedGateway(300);
      graph = await startFederation(proxied.gateway, start);
    });
    afterAll(async () => {
      await graph.stop();
      await proxied.close();
    });

    it('gets 503 unchanged', async () => {
      await proxied.proxy.reject();
      for (const query of [byPath(existing), byId(existing)]) {
        const { errors } = await graph.ask(query, { as: owner });
        for (const extensions of extensionsOf(errors)) expect(extensions).toMatchObject(unavailable);
      }
    });
  });
});
