// Keys that a gateway keeps for its next start, which takes place while the issuer is down.

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxStaleMs } from '../../../src/access/tokens/issuer-keys.js';
import { createKeptKeys } from '../../../src/access/tokens/kept-keys.js';
import { TrustedIssuers } from '../../../src/access/tokens/trusted-issuers.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { JwksServer } from '../../support/jwks-server.js';
import { createTestKey, signToken } from '../../support/token-forge.js';
import { accessClaims, issuerUrl, reasonOf, startMs, startSeconds } from '../../support/verifier-harness.js';

const key = createTestKey('key-1');
const otherUrl = 'https://other.example/';
const tokenOf = (iss: string) => signToken(key, accessClaims({ iss, exp: startSeconds + 86_400 }));

let folder: string;
let file: string;
let server: JwksServer;
let clockMs: number;
let logged: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-keys-'));
  file = join(folder, 'issuer-keys.json');
  server = await JwksServer.start([key.jwk]);
  clockMs = startMs;
  logged = [];
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Starts the part of a gateway that verifies tokens. */
async function start(changes = {}, ...names: string[]) {
  const log = createLogger('info', { write: (line) => void logged.push(JSON.parse(line).msg) });
  const kept = createKeptKeys({ dataDir: folder, log, maxAgeMs: maxStaleMs });
  const list = [issuerUrl, ...names].map((issuer) => ({
    ...{ issuer, type: 'hydra' as const, jwks: server.url },
    ...changes,
  }));
  const issuers = new TrustedIssuers(list, { now: () => clockMs, log, kept });
  await issuers.load();
  await kept.flush();
  return { verify: (iss = issuerUrl) => reasonOf(issuers.verify(tokenOf(iss))) };
}

describe('the last keys of an issuer that is down', () => {
  it('serve after a restart until six hours after their fetch', async () => {
    await start();
    await server.stop();
    clockMs += maxStaleMs - 1;
    const restarted = await start();
    expect(logged).toContain('using stored issuer keys');
    expect(await restarted.verify()).toBe('accepted');
    clockMs += 1;
    expect(await restarted.verify()).toBe('AUTHENTICATION_UNAVAILABLE');
    expect(await (await start()).verify()).toBe('AUTHENTICATION_UNAVAILABLE');
  });

  it('do not serve for another source of its keys', async () => {
    await start();
    await server.stop();
    const { verify } = await start({ jwks: `${server.url}/other` });
    expect(await verify()).toBe('AUTHENTICATION_UNAVAILABLE');
  });

  it('do not serve with a time of fetch in the future', async () => {
    await start();
    await server.stop();
    clockMs -= 1;
    expect(await (await start()).verify()).toBe('AUTHENTICATION_UNAVAILABLE');
  });

  it('serve as well as those that another process has fetched', async () => {
    await start();
    await start({}, otherUrl);
    await start();
    await server.stop();
    const { verify } = await start({}, otherUrl);
    expect([await verify(), await verify(otherUrl)]).toEqual(['accepted', 'accepted']);
  });

  it('do not serve once it has withdrawn them', async () => {
    await start();
    server.serve([]);
    await start();
    await server.stop();
    expect(await (await start()).verify()).toBe('AUTHENTICATION_UNAVAILABLE');
  });
});

describe('the file of kept keys', () => {
  it('contains only the public members of usable keys, and only this user can read it', async () => {
    const { kty, crv, x, y, kid } = key.jwk as Record<string, string>;
    const secret = { ...createTestKey('secret').privateKey.export({ format: 'jwk' }), kid: 'secret' };
    server.serve([{ ...key.jwk, x5t: 'left out' }, secret]);
    await start();
    const entry = {
      issuer: issuerUrl,
      jwks: server.url,
      fetchedAt: startMs,
      keys: [{ kty, crv, x, y, kid, alg: 'ES256' }],
    };
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([entry]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['issuer-keys.json']);
  });

  it('does not exist for key sets in files', async () => {
    await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [key.jwk] }));
    await start({ jwks: `file://${join(folder, 'keys.json')}` });
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('replaces a damaged one', async () => {
    await writeFile(file, '[{"issuer"');
    await start();
    expect(logged).toContain('reading stored issuer keys failed');
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(1);
  });

  it('stops no start where it cannot be written, and the log says so once', async () => {
    await mkdir(file);
    await writeFile(join(file, 'occupied'), '');
    const { verify } = await start({}, otherUrl);
    expect(await verify()).toBe('accepted');
    expect(logged.filter((line) => line === 'storing issuer keys failed')).toHaveLength(1);
  });
});
