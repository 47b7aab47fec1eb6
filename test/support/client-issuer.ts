// An issuer with its keys in a file, which can issue tokens for any client.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTestKey, signToken } from './token-forge.js';
import { accessClaims, issuerUrl } from './verifier-harness.js';

export interface ClientIssuer {
  /** The configuration that makes gateways trust it. */
  readonly environment: { readonly AUTH_ISSUERS: string };
  /** Returns a token with additional claims that expires in an hour. */
  tokenOf(client: string, subject: string, claims?: Readonly<Record<string, unknown>>): string;
  remove(): void;
}

export function createClientIssuer(): ClientIssuer {
  const folder = mkdtempSync(join(tmpdir(), 'client-issuer-'));
  const keys = join(folder, 'keys.json');
  const key = createTestKey('key-1');
  writeFileSync(keys, JSON.stringify({ keys: [key.jwk] }));
  return {
    environment: { AUTH_ISSUERS: JSON.stringify([{ issuer: issuerUrl, jwks: pathToFileURL(keys).href }]) },
    tokenOf(client, subject, claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + 3600 };
      return signToken(key, accessClaims({ sub: subject, client_id: client, ...times, ...claims }));
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
