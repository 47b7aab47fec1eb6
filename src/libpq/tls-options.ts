import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { TlsParameters } from './connection-target.js';

/**
 * For Node's TLS. Read anew for each connection, since certificates are replaced while the program runs.
 * @throws Error naming a file that cannot be read, as the end of a sentence
 */
export function readTlsOptions(tls: TlsParameters): ConnectionOptions {
  const { mode, rootCertificate, certificate, key, passphrase } = tls;
  return {
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    ...(rootCertificate === undefined ? {} : { ca: readPem('sslrootcert', rootCertificate) }),
    ...(certificate === undefined ? {} : { cert: readPem('sslcert', certificate) }),
    ...(key === undefined ? {} : { key: readPem('sslkey', key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // With the code of the cause, by which one that is being replaced is known to be away for now.
    throw Object.assign(new Error(`names a file by ${parameter} that cannot be read (${code}).`), { code });
  }
}
