import {
  type DemoIssuer,
  type DemoTokenRequest,
  demoIssuerName,
  openDemoIssuer,
  withDemoIssuer,
} from '../../access/tokens/demo-issuer.js';
import { createTokenVerifier } from '../../access/tokens/token-verifier.js';
import type { Config } from '../../config/config.js';
import { idOfDemoSubject } from '../../demo/data/demo-places.js';
import { explain } from '../../errors/explain.js';
import { createLogger } from '../../telemetry/logger.js';

/** The subject may be the name of a demo subject. */
export type TokenRequest = Omit<DemoTokenRequest, 'now'>;

/**
 * Signs a token of the demo issuer, for a demo subject by its name or for any other by its `sub`.
 * @throws Error with a remedy if a gateway with this configuration would reject the token
 */
export async function signToken(request: TokenRequest, config: Config): Promise<string> {
  assertDemoIssuerTrusted(config);
  const issuer = await openDemoIssuer(config.dataDir);
  const subject = idOfDemoSubject(request.subject) ?? request.subject;
  const token = await issuer.sign({ ...request, subject, now: Date.now() });
  await assertAccepted(token, issuer, config);
  return token;
}

function assertDemoIssuerTrusted({ demo, issuers }: Config): void {
  const names = issuers.map(({ issuer }) => issuer);
  if (demo || names.includes(demoIssuerName)) return;
  throw new Error(
    `A gateway with this configuration rejects tokens of the demo issuer: it trusts ${names.join(', ')} only. Set DEMO=on, for the gateway and for this command, or use a token of what it trusts.`,
  );
}

/** Verifies the token, because AUTH_ISSUERS may have an entry for the demo issuer with other rules or keys. */
async function assertAccepted(token: string, demoIssuer: DemoIssuer, config: Config): Promise<void> {
  const verifier = createTokenVerifier({
    issuers: withDemoIssuer(config, demoIssuer),
    now: Date.now,
    log: createLogger('silent'),
  });
  try {
    await verifier.verify(token);
  } catch (error) {
    throw new Error(`A gateway with this configuration rejects the token: ${explain(error)}`);
  }
}
