// A token issuer for the benchmark: a key pair for one run, with the public key in a file that the gateway's
// configuration specifies.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = 'https://issuer.bench.example/';
const audience = 'https://gateway.bench.example';
const algorithm = 'RS256';

/**
 * @param {{ folder: string }} parts where the public keys are written
 * @returns {Promise<{ issuers: string, sign: (token: { subject: string, claims?: object, audiences?: readonly string[],
 *   expires?: string }) => Promise<string> }>} a value for AUTH_ISSUERS, and tokens, good for a day unless it is said
 */
export async function createIssuer({ folder }) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: algorithm, use: 'sig' };
  const jwks = join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  return {
    issuers: JSON.stringify([{ issuer, type: 'hydra', jwks: pathToFileURL(jwks).href, audience }]),
    sign: ({ subject, claims = {}, audiences = [], expires = '1d' }) =>
      new SignJWT({ client_id: 'bench', scp: ['runs.read'], ...claims })
        .setProtectedHeader({ alg: algorithm, kid: 'bench', typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience([audience, ...audiences])
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey),
  };
}
