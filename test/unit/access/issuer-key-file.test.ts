import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IssuerKeys } from '../../../src/access/tokens/issuer-keys.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { createTestKey } from '../../support/token-forge.js';
import { issuerUrl, reasonOf, startMs } from '../../support/verifier-harness.js';

let directory: string;
let path: string;
const key = createTestKey('key-1');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'issuer keys-'));
  path = join(directory, 'jwks.json');
});
afterEach(() => rm(directory, { recursive: true }));

function keysIn(file: string) {
  const clock = { ms: startMs };
  const issuer = { issuer: issuerUrl, type: 'kratos', jwks: pathToFileURL(file).href } as const;
  const keys = new IssuerKeys({ issuer, now: () => clock.ms, log: createLogger('silent') });
  return { clock, lookUp: (kid: string) => reasonOf(keys.find('ES256', kid)) };
}

describe('A key set in a file', () => {
  it('supplies its keys, and new ones for an unknown kid', async () => {
    const next = createTestKey('key-2');
    await writeFile(path, JSON.stringify({ keys: [key.jwk] }));
    const { lookUp, clock } = keysIn(path);
    expect(await lookUp('key-1')).toBe('accepted');
    await writeFile(path, JSON.stringify({ keys: [next.jwk] }));
    clock.ms += 5000;
    expect(await lookUp('key-2')).toBe('accepted');
  });

  it.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['holds the private set by mistake', JSON.stringify({ keys: [key.privateKey.export({ format: 'jwk' })] })],
    ['is larger than 256 KB', JSON.stringify({ keys: [key.jwk], padding: 'a'.repeat(262_144) })],
  ])('makes the service unavailable when it %s', async (_case, text) => {
    if (text !== undefined) await writeFile(path, text);
    expect(await keysIn(path).lookUp('key-1')).toBe('AUTHENTICATION_UNAVAILABLE');
  });

  it('makes the service unavailable when its path is a folder or an endless device', async () => {
    expect(await keysIn(directory).lookUp('key-1')).toBe('AUTHENTICATION_UNAVAILABLE');
    expect(await keysIn('/dev/zero').lookUp('key-1')).toBe('AUTHENTICATION_UNAVAILABLE');
  });
});
