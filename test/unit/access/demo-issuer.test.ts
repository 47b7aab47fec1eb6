import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { type DemoTokenRequest, openDemoIssuer } from '../../../src/access/tokens/demo-issuer.js';
import { createTokenVerifier } from '../../../src/access/tokens/token-verifier.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { reasonOf, startMs, startSeconds } from '../../support/verifier-harness.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const request: DemoTokenRequest = { subject: 'alice', expiresInSeconds: 3600, now: startMs };

let dataDir: string;

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'demo issuer-')), 'made', 'when', 'needed');
});
afterEach(() => rm(join(dataDir, '../../..'), { recursive: true }));

async function verify(token: string) {
  const issuer = await openDemoIssuer(dataDir);
  const log = createLogger('silent');
  return createTokenVerifier({ issuers: [issuer.config], now: () => startMs, log }).verify(token);
}

describe('A token of the demo issuer', () => {
  it('passes the verifier like a token of hydra', async () => {
    const issuer = await openDemoIssuer(dataDir);
    expect(issuer.config).toMatchObject({ issuer: 'https://demo.task-run-gateway.invalid/', type: 'hydra' });
    expect(await verify(await issuer.sign(request))).toEqual({
      id: `${issuer.config.issuer} alice`,
      issuer: issuer.config.issuer,
      subject: 'alice',
      userId: null,
      clientId: 'task-run-gateway-demo',
      confinement: {},
      qualifiedClientId: 'task-run-gateway-demo',
      expiresAt: startSeconds + 3600,
    });
  });

  it('grants only the requested scope', async () => {
    const issuer = await openDemoIssuer(dataDir);
    const token = await issuer.sign({ ...request, orgId: id, projectId: id, taskId: id });
    expect((await verify(token)).confinement).toEqual({ orgIds: [id], projectIds: [id], taskIds: [id] });
  });

  it("carries the claims of hydra's access tokens, and its own id", async () => {
    const issuer = await openDemoIssuer(dataDir);
    const [one, two] = await Promise.all([issuer.sign(request), issuer.sign(request)]);
    expect(decodeJwt(one)).toMatchObject({
      aud: [],
      client_id: 'task-run-gateway-demo',
      scp: [],
      ext: {},
      iat: startSeconds,
    });
    expect(decodeJwt(one).jti).not.toBe(decodeJwt(two).jti);
  });

  it('stays valid after another start', async () => {
    const token = await (await openDemoIssuer(dataDir)).sign(request);
    await openDemoIssuer(dataDir);
    expect(await reasonOf(verify(token))).toBe('accepted');
  });
});

describe('The key of the demo issuer', () => {
  it('lies in a file that only its owner may read, without any other file left behind', async () => {
    await openDemoIssuer(dataDir);
    expect((await stat(join(dataDir, 'demo-issuer.json'))).mode & 0o777).toBe(0o600);
    expect((await readdir(dataDir)).sort()).toEqual(['demo-issuer.json', 'demo-issuer.jwks.json']);
  });

  it('appears in the published set without its private part', async () => {
    await openDemoIssuer(dataDir);
    const { keys } = JSON.parse(await readFile(join(dataDir, 'demo-issuer.jwks.json'), 'utf8'));
    expect(keys.map((key: object) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
  });

  it('stays a single one when many start at the same time', async () => {
    const issuers = await Promise.all(Array.from({ length: 20 }, () => openDemoIssuer(dataDir)));
    for (const issuer of issuers) expect(await reasonOf(verify(await issuer.sign(request)))).toBe('accepted');
  });

  it.each(['missing', 'that of another key', 'cut short'])(
    'appears in the public set again when that is %s',
    async (fault) => {
      const token = await (await openDemoIssuer(dataDir)).sign(request);
      const path = join(dataDir, 'demo-issuer.jwks.json');
      if (fault === 'missing') await rm(path);
      if (fault === 'that of another key') await writeFile(path, '{"keys":[]}');
      if (fault === 'cut short') await writeFile(path, (await readFile(path, 'utf8')).slice(0, 20));
      expect(await reasonOf(verify(token))).toBe('accepted');
    },
  );

  it.each<[string, (text: string) => string]>([
    ['empty', () => ''],
    ['cut short', (text) => text.slice(0, 60)],
    ['null', () => 'null'],
    ['of another type', () => '{"kty":"oct","k":"AAAA"}'],
    ['public only', (text) => JSON.stringify({ ...JSON.parse(text), d: undefined })],
    ['no pair', (text) => JSON.stringify({ ...JSON.parse(text), d: Buffer.alloc(32, 7).toString('base64url') })],
  ])('makes a start fail with only the name of its file when it is %s', async (_case, damage) => {
    await openDemoIssuer(dataDir);
    const path = join(dataDir, 'demo-issuer.json');
    const damaged = damage(await readFile(path, 'utf8'));
    await writeFile(path, damaged);
    const fault: Error = await openDemoIssuer(dataDir).then(
      () => new Error('opened'),
      (error) => error,
    );
    expect(fault.message).toBe(
      `The key file of the demo issuer is damaged: ${path}. Delete the file to create a new key.`,
    );
    expect(fault.cause).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });
});
