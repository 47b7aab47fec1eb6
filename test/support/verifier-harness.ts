import type { Caller } from '../../src/access/caller.js';
import { createTokenVerifier, type KeyedTokenVerifier } from '../../src/access/tokens/token-verifier.js';
import type { IssuerConfig } from '../../src/config/values.js';
import type { GatewayError } from '../../src/errors/gateway-error.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { JwksServer } from './jwks-server.js';
import { createTestKey, signToken, type TestKey } from './token-forge.js';

type Json = Readonly<Record<string, unknown>>;

export const issuerUrl = 'https://hydra.example/';
export const startMs = 1_764_000_000_000;
export const startSeconds = startMs / 1000;

/** Returns the claims of an access token as Hydra signs it, with changes. Claims that are `undefined` are omitted. */
export function accessClaims(changes: Json = {}): Json {
  return {
    iss: issuerUrl,
    sub: 'alice',
    aud: [],
    client_id: 'a-client',
    scp: ['offline'],
    iat: startSeconds,
    nbf: startSeconds,
    exp: startSeconds + 3600,
    jti: '5b0f2b2c-0c4e-4c55-9d7a-3f7f3b3f6a11',
    ext: {},
    ...changes,
  };
}

export interface VerifierHarness {
  readonly key: TestKey;
  readonly server: JwksServer;
  readonly clock: { ms: number };
  readonly verifier: KeyedTokenVerifier;
  /** Verifies a token with these claims, signed with the issuer's key. */
  verify(claims: Json | string, header?: Json): Promise<Caller>;
}

/** Starts one trusted issuer with a real JWKS endpoint, and a clock that stands still. */
export async function startVerifier(changes: Partial<IssuerConfig> = {}, algorithm?: string): Promise<VerifierHarness> {
  const key = createTestKey('key-1', algorithm);
  const server = await JwksServer.start([key.jwk]);
  const clock = { ms: startMs };
  const issuers: readonly IssuerConfig[] = [{ issuer: issuerUrl, type: 'hydra', jwks: server.url, ...changes }];
  const log = createLogger('silent');
  const verifier = createTokenVerifier({ issuers, now: () => clock.ms, log });
  return {
    key,
    server,
    clock,
    verifier,
    verify: (claims, header) => verifier.verify(signToken(key, claims, header)),
  };
}

/** Returns the reason of a rejection, the name of any other error, or `accepted`. */
export async function reasonOf(attempt: unknown): Promise<string> {
  return Promise.resolve(attempt).then(
    () => 'accepted',
    (error: GatewayError) => error.reason ?? `${error.name}: ${error.message}`,
  );
}

/** Returns the cause of a rejection for the log. */
export async function causeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error: GatewayError) => (error.cause as Error | undefined)?.message ?? `no cause: ${error.message}`,
  );
}
