// A token issuer of the bench's own: a key pair for one run of it, the public half in a file that the gateway is configured with.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = 'https://issuer.bench.example/';
const audience = 'https://gateway.bench.example';
const algorithm = 'RS256';

/**
 * @param {{ subject: string, folder: string }} parts the token's `sub`; where the public keys are written
 * @returns {Promise<{ issuers: string, token: string }>} a value for AUTH_ISSUERS and a token good for a day
 */
export async function createIssuer({ subject, folder }) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: algorithm, use: 'sig' };
  const jwks = join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const token = await new SignJWT({ client_id: 'bench', scp: ['runs.read'] })
    .setProtectedHeader({ alg: algorithm, kid: 'bench', typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience([audience])
    .setIssuedAt()
    .setExpirationTime('1d')
    .sign(privateKey);
  return { issuers: JSON.stringify([{ issuer, type: 'hydra', jwks: pathToFileURL(jwks).href, audience }]), token };
}
