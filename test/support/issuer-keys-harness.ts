import { IssuerKeys } from '../../src/access/tokens/issuer-keys.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { JwksServer } from './jwks-server.js';
import { createTestKey, type TestKey } from './token-forge.js';
import { issuerUrl, reasonOf, startMs } from './verifier-harness.js';

export interface IssuerKeysHarness {
  readonly keys: IssuerKeys;
  readonly server: JwksServer;
  readonly clock: { ms: number };
  /** The key that is published initially. */
  readonly old: TestKey;
  /** The key that is not published yet. */
  readonly next: TestKey;
  /** Returns `found`, or the reason of the error. */
  lookUp(key: TestKey): Promise<string>;
}

/** Starts an issuer's keys, with an endpoint that publishes the old key, and a clock that stands still. */
export async function startIssuerKeys(timeoutMs = 3000): Promise<IssuerKeysHarness> {
  const [old, next] = [createTestKey('old'), createTestKey('next')];
  const server = await JwksServer.start([old.jwk]);
  const clock = { ms: startMs };
  const keys = new IssuerKeys({
    issuer: { issuer: issuerUrl, type: 'hydra', jwks: server.url },
    now: () => clock.ms,
    log: createLogger('silent'),
    timeoutMs,
  });
  const lookUp = async ({ algorithm, kid }: TestKey) => {
    const reason = await reasonOf(keys.find(algorithm, kid));
    return reason === 'accepted' ? 'found' : reason;
  };
  return { keys, server, clock, old, next, lookUp };
}
