// Two issuers, one of which has a prefix for its subjects. Neither can speak for the other's callers.

import { JwksServer } from '../../support/jwks-server.js';
import { arrangePermissionWorld, world } from '../../support/permission-world.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims } from '../../support/verifier-harness.js';

const plain = 'https://plain.example/';
const partner = 'https://partner.example/';
const key = createTestKey('key');
const path = (visibility: keyof typeof world.taskOf) =>
  `orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf[visibility]}"`;
const ownRun = `run: taskRun(${path('owner_only')}, id: "${world.runOf.owner_only}") { id }`;
const ownRuns = `runs: taskRuns(${path('owner_only')}) { totalCount nodes { id } }`;

let server: JwksServer;
let gateway: Gateway;
beforeAll(async () => {
  server = await JwksServer.start([key.jwk]);
  gateway = await startGateway({
    environment: {
      AUTH_ISSUERS: JSON.stringify([
        { issuer: plain, jwks: server.url },
        { issuer: partner, jwks: server.url, subjectPrefix: 'partner:' },
        // With this prefix and the right sub, the subject equals the text of the executor's id.
        { issuer: `${partner}id`, jwks: server.url, subjectPrefix: world.executor.slice(0, 9) },
      ]),
    },
    arrange: async (dataSource) => {
      await arrangePermissionWorld(dataSource);
      for (const subject of ['partner:alice', `partner:${world.executor}`]) {
        await dataSource.query(
          "INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role) VALUES ('project', $1, 'user', $2, 'viewer')",
          [world.project, subject],
        );
      }
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await server.stop();
});

const ask = async (iss: string, sub: string, query: string, at = gateway) => {
  const now = Math.floor(Date.now() / 1000);
  const token = signToken(key, accessClaims({ iss, sub, iat: now, nbf: now, exp: now + 600 }));
  return at.ask(`{ viewer { subject } ${query} }`, { token });
};

describe('the caller of an issuer with a subjectPrefix', () => {
  const visible = `taskRun(${path('all_viewers')}, id: "${world.runOf.all_viewers}") { id }`;

  it('holds the grants of prefix and sub, not those of the sub', async () => {
    expect((await ask(partner, 'alice', visible)).data).toEqual({
      viewer: { subject: 'partner:alice' },
      taskRun: { id: world.runOf.all_viewers },
    });
    expect((await ask(plain, 'alice', visible)).errors![0]!.extensions.code).toBe('FORBIDDEN');
  });

  it('never equals the caller of another issuer, for any sub', async () => {
    expect(await ask(plain, 'partner:alice', visible)).toMatchObject({
      status: 401,
      errors: [{ extensions: { reason: 'INVALID_TOKEN' } }],
    });
  });

  it.each([
    ['its sub is the id of an executor', partner, world.executor],
    ['prefix and sub are the id of an executor', `${partner}id`, world.executor.slice(9)],
  ])('executes no runs where %s', async (_case, issuer, sub) => {
    const { data, errors } = await ask(issuer, sub, `${ownRun} ${ownRuns}`);
    expect(errors!.map(({ path: at, extensions }) => [at, extensions.code])).toEqual([[['run'], 'FORBIDDEN']]);
    expect(data.runs).toEqual({ totalCount: 0, nodes: [] });
  });
});

describe('a start with several issuers', () => {
  const warnings = async (of: Gateway) =>
    (await of.logLines()).filter(({ issuers }) => Array.isArray(issuers)).map(({ issuers, msg }) => [issuers, msg]);

  it('names the issuers of which one rejects subjects of the other, and how to separate them', async () => {
    expect(await warnings(gateway)).toEqual([
      [
        [plain, partner],
        `Tokens of ${plain} are rejected if their subject or client begins with "partner:", the "subjectPrefix" of ${partner}. To accept them, give ${plain} a "subjectPrefix" that "partner:" does not begin with.`,
      ],
      [[plain, `${partner}id`], expect.stringContaining(world.executor.slice(0, 9))],
    ]);
  });

  it('names the issuers that share the space of subjects, whose callers read the same runs', async () => {
    const issuers = [plain, partner];
    const other = await startGateway({
      environment: { AUTH_ISSUERS: JSON.stringify(issuers.map((issuer) => ({ issuer, jwks: server.url }))) },
      arrange: arrangePermissionWorld,
    });
    expect(await warnings(other)).toEqual([[issuers, expect.stringContaining('share their subjects')]]);
    for (const issuer of issuers) {
      const { data } = await ask(issuer, world.executor, `${ownRun} ${ownRuns}`, other);
      expect(data).toMatchObject({ run: { id: world.runOf.owner_only }, runs: { totalCount: 1 } });
    }
    await other.close();
  });
});
