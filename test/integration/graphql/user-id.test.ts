// Callers whose subjects are not ids see their own runs, tested from the token to the list.

import { toUserId } from '../../../src/access/user-id.js';
import type { IssuerConfig } from '../../../src/config/values.js';
import type { GraphqlErrorResponse } from '../../support/graphql-client.js';
import { JwksServer } from '../../support/jwks-server.js';
import { arrangePermissionWorld, world } from '../../support/permission-world.js';
import type {
  ChangeNode,
  RestChange,
  RestPage,
  RestRun,
  ViewerOrganization,
  ViewerProject,
  ViewerTask,
} from '../../support/responses.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { untilSettled } from '../../support/until-settled.js';
import { accessClaims } from '../../support/verifier-harness.js';

const auth0 = 'https://acme.eu.auth0.com/';
const other = 'https://other.example/';
const claimed = 'https://claimed.example/';
const subject = 'auth0|507f1f77bcf86cd799439020';
const key = createTestKey('key');
const taskId = world.taskOf.owner_only;
const runId = world.runOf.owner_only;
const hashOf = (issuer: string) => toUserId({ issuer, type: 'hydra', userId: 'uuid5' }, subject, {})!;
const path = `orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskId}"`;

let server: JwksServer;
let gateway: Gateway;
beforeAll(async () => {
  server = await JwksServer.start([key.jwk]);
  const entry = (issuer: string, userId: IssuerConfig['userId']) => ({ issuer, jwks: server.url, userId });
  gateway = await startGateway({
    environment: {
      AUTH_ISSUERS: JSON.stringify([
        entry(auth0, 'uuid5'),
        { ...entry(`${auth0}prefixed`, 'uuid5'), subjectPrefix: 'p:' },
        entry(other, 'uuid5'),
        entry(claimed, { claim: 'user_id' }),
        { issuer: 'https://plain.example/', jwks: server.url },
      ]),
    },
    arrange: async (dataSource) => {
      await arrangePermissionWorld(dataSource);
      for (const name of [subject, `p:${subject}`]) {
        await dataSource.query(
          "INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role) VALUES ('project', $1, 'user', $2, 'viewer')",
          [world.project, name],
        );
      }
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await server?.stop();
});

const executedBy = async (userId: string) => {
  await gateway.query('UPDATE task_run SET user_id = $1 WHERE id = $2', [userId, runId]);
};
const tokenOf = (iss: string, claims: object = {}) => {
  const now = Math.floor(Date.now() / 1000);
  return signToken(key, accessClaims({ iss, sub: subject, iat: now, nbf: now, exp: now + 600, ...claims }));
};

/** Returns the ids that a caller finds through every way to their own runs. */
async function found(token: string): Promise<Record<string, unknown>> {
  const { data, errors } = await gateway.ask(
    `{ run: taskRun(${path}, id: "${runId}") { id } list: taskRuns(${path}) { runAccess nodes { id } }
       node(id: "${runId}") { id } feed: taskRunChanges(${path}) { changes { run { id } } }
       viewer { subject organizations { projects { tasks { nodes { task { id } runAccess } } } } } }`,
    { token },
  );
  const rest = async (route: string) => {
    const response = await fetch(
      `${gateway.url}/api/v1/org/${world.org}/project/${world.project}/task/${taskId}/run${route}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    return { status: response.status, body: (await response.json()) as RestPage<RestRun & RestChange> };
  };
  const [one, list, changes] = [await rest(`/${runId}`), await rest(''), await rest('/changes')];
  const tasks = data.viewer.organizations.flatMap((organization: ViewerOrganization) =>
    organization.projects.flatMap(({ tasks: { nodes } }: ViewerProject) => nodes),
  );
  return {
    subject: data.viewer.subject,
    codes: (errors ?? []).map(({ extensions }: GraphqlErrorResponse) => extensions.code),
    runs: [data.run, ...data.list.nodes, data.node, ...data.feed.changes.map(({ run }: ChangeNode) => run)].map(
      (run) => run?.id,
    ),
    access: [data.list.runAccess, tasks.find(({ task }: ViewerTask) => task.id === taskId).runAccess],
    rest: [one.status, ...list.body.results.map(({ id }) => id), ...changes.body.results.map(({ run }) => run.id)],
  };
}
const own = { codes: [], runs: [runId, runId, runId, runId], rest: [200, runId, runId] };
const none = { codes: ['FORBIDDEN', 'FORBIDDEN'], runs: [undefined, undefined], rest: [403] };

describe('a caller whose subject is not an id', () => {
  it('finds its own runs by every way with "userId": "uuid5", and grants name its subject', async () => {
    await executedBy(hashOf(auth0));
    await untilSettled(gateway);
    expect(await found(tokenOf(auth0))).toEqual({ ...own, subject, access: ['OWN', 'OWN'] });
    expect(await found(tokenOf(other))).toEqual({ ...none, subject, access: ['OWN', 'OWN'] });
  });

  it('finds them with a subjectPrefix', async () => {
    await executedBy(hashOf(`${auth0}prefixed`));
    await untilSettled(gateway);
    expect(await found(tokenOf(`${auth0}prefixed`))).toEqual({
      ...own,
      subject: `p:${subject}`,
      access: ['OWN', 'OWN'],
    });
    expect(await found(tokenOf(auth0))).toMatchObject(none);
  });

  it('finds the runs of the id in a claim, and none without an id there', async () => {
    await executedBy(world.executor);
    await untilSettled(gateway);
    expect(await found(tokenOf(claimed, { user_id: world.executor.toUpperCase() }))).toMatchObject(own);
    expect(await found(tokenOf(claimed, { user_id: 'alice' }))).toEqual({ ...none, subject, access: ['OWN', 'NONE'] });
  });

  it('executes no runs without userId', async () => {
    await executedBy(hashOf('https://plain.example/'));
    await untilSettled(gateway);
    expect(await found(tokenOf('https://plain.example/'))).toEqual({ ...none, subject, access: ['OWN', 'NONE'] });
  });
});
