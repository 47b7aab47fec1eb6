// A certification authority for tests, and the certificates that it signs, created with openssl.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** Paths of PEM files. */
  readonly certificate: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];

/** @param name the name of the authority and of its files in the folder */
export function createAuthority(folder: string, name: string) {
  const pathOf = (file: string) => join(folder, file);
  const ca = { certificate: pathOf(`${name}.pem`), key: pathOf(`${name}.key`) };
  openssl(['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, '-keyout', ca.key, '-out', ca.certificate]);
  return {
    certificate: ca.certificate,
    /** @param alternative names of a server, such as `DNS:localhost` */
    issue(commonName: string, alternative = `DNS:${commonName}`): Certificate {
      const [request, key, certificate] = ['csr', 'key', 'pem'].map((kind) => pathOf(`${name}-${commonName}.${kind}`));
      const extensions = pathOf(`${name}-${commonName}.ext`);
      writeFileSync(extensions, `subjectAltName = ${alternative}\n`);
      openssl(['req', ...newKey, '-subj', `/CN=${commonName}`, '-keyout', key!, '-out', request!]);
      openssl([
        ...['x509', '-req', '-in', request!, '-CA', ca.certificate, '-CAkey', ca.key, '-CAcreateserial'],
        ...['-days', '2', '-extfile', extensions, '-out', certificate!],
      ]);
      return { certificate: certificate!, key: key! };
    },
  };
}

export function encryptKey(key: string, passphrase: string): string {
  const path = `${key}.encrypted`;
  openssl(['pkey', '-in', key, '-aes256', '-passout', `pass:${passphrase}`, '-out', path]);
  return path;
}

export const textOf = (path: string) => readFileSync(path, 'utf8');

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
