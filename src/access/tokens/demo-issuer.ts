// A built-in issuer for trying the gateway without an Ory installation. It has a key that is generated once in the data
// folder, and issues tokens in the form of Hydra's access tokens. Anyone with access to the key file can sign for any
// subject, so the demo issuer is trusted only if no real issuer is configured or if the configuration enables it.

import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { createPrivateFile, readIfExists, replaceFile } from '../../atomic-file.js';
import type { Config } from '../../config/config.js';
import type { IssuerConfig } from '../../config/values.js';

/** The `iss` claim of its tokens. */
export const demoIssuerName = 'https://demo.task-run-gateway.invalid/';
const clientId = 'task-run-gateway-demo';
const algorithm = 'ES256';

export interface DemoTokenRequest {
  readonly subject: string;
  /** The ids to which the token is confined; if omitted, it is valid for everything that the subject may read. */
  readonly orgId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly expiresInSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface DemoIssuer {
  readonly config: IssuerConfig;
  sign(request: DemoTokenRequest): Promise<string>;
}

/** Returns the path of the issuer's public key, which {@link openDemoIssuer} writes. */
export function demoKeySetPath(dataDir: string): string {
  return join(dataDir, 'demo-issuer.jwks.json');
}

/** @throws Error that names the key file, if it is damaged */
export async function openDemoIssuer(dataDir: string): Promise<DemoIssuer> {
  await mkdir(dataDir, { recursive: true });
  const { privateKey, publicJwk } = await openKey(join(dataDir, 'demo-issuer.json'));
  const keySetPath = demoKeySetPath(dataDir);
  const keySet = `${JSON.stringify({ keys: [publicJwk] }, null, 2)}\n`;
  if ((await readIfExists(keySetPath)) !== keySet) await replaceFile(keySetPath, keySet);
  return {
    config: { issuer: demoIssuerName, type: 'hydra', jwks: pathToFileURL(keySetPath).href },
    sign: (request) => signToken(request, privateKey, publicJwk.kid as string),
  };
}

/** Returns the configured issuers, plus the demo issuer if the demo is enabled. */
export function withDemoIssuer({ issuers, demo }: Config, demoIssuer: DemoIssuer | null): readonly IssuerConfig[] {
  return [...issuers, ...(demo && demoIssuer ? [demoIssuer.config] : [])];
}

function signToken(request: DemoTokenRequest, key: CryptoKey, keyId: string): Promise<string> {
  const { subject, orgId, projectId, taskId } = request;
  const issuedAt = Math.floor(request.now / 1000);
  const ext = { ...(orgId && { org_id: orgId }), ...(projectId && { project_id: projectId }) };
  return new SignJWT({ client_id: clientId, scp: [], ext })
    .setProtectedHeader({ alg: algorithm, kid: keyId, typ: 'JWT' })
    .setIssuer(demoIssuerName)
    .setSubject(subject)
    .setAudience(taskId ? [`${demoIssuerName}tasks/${taskId}`] : [])
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + request.expiresInSeconds)
    .setJti(randomUUID())
    .sign(key);
}

async function openKey(path: string): Promise<{ privateKey: CryptoKey; publicJwk: JWK }> {
  if ((await readIfExists(path)) === undefined) await createPrivateFile(path, await newKey());
  const text = (await readIfExists(path)) ?? '';
  try {
    const { kty, crv, x, y, d } = JSON.parse(text) as Record<string, string>;
    const members = { kty, crv, x, y } as JWK;
    const privateKey = (await importJWK({ ...members, d } as JWK, algorithm)) as CryptoKey;
    if (privateKey.type !== 'private') throw new Error('The key is not a private key.');
    return {
      privateKey,
      publicJwk: { ...members, kid: await calculateJwkThumbprint(members), alg: algorithm, use: 'sig' },
    };
  } catch {
    // Neither the parser's message nor the content may appear in a log, because both contain parts of the key.
    throw new Error(`The key file of the demo issuer is damaged: ${path}. Delete the file to create a new key.`);
  }
}

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return `${JSON.stringify(await exportJWK(privateKey))}\n`;
}
