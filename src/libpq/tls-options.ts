import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { TlsParameters } from './connection-target.js';

/**
 * Returns the options for Node's TLS. The files are read for each connection, because certificates are replaced while
 * the program runs.
 * @throws Error that names a file that cannot be read, as the end of a sentence
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
    // Keeps the code of the cause: it is a temporary error if a file is missing while it is being replaced.
    throw Object.assign(new Error(`names a file in ${parameter} that cannot be read (${code}).`), { code });
  }
}
