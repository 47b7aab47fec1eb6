import { userInfo } from 'node:os';
import { toConnectionTarget } from '../../../src/libpq/connection-target.js';
import { parseConnectionUrl } from '../../../src/libpq/connection-url.js';

const targetOf = (url: string) => toConnectionTarget(parseConnectionUrl(url));

describe('the target of a connection URL', () => {
  it('defaults to a server on this machine, as the user of the process', () => {
    const { username } = userInfo();
    expect(targetOf('postgres://')).toMatchObject({
      hosts: [{ host: 'localhost', port: 5432 }],
      user: username,
      database: username,
      tls: undefined,
      sessionAttributes: 'any',
    });
    expect(targetOf('postgres://alice@').database).toBe('alice');
  });

  it.each([
    ['postgres://h1,h2', [5432, 5432]],
    ['postgres://h1:1,h2', [1, 5432]],
    ['postgres://h1:1,h2:2', [1, 2]],
    ['postgres:///?host=h1,h2&port=7', [7, 7]],
  ])('includes a port for each host: %s', (url, ports) => {
    expect(targetOf(url).hosts).toEqual(ports.map((port, index) => ({ host: `h${index + 1}`, port })));
  });

  it.each([
    ['sslmode=require', { mode: 'require', rootCertificate: undefined }],
    ['sslmode=require&sslrootcert=/ca', { mode: 'verify-ca', rootCertificate: '/ca' }],
    ['sslmode=verify-ca&sslrootcert=/ca', { mode: 'verify-ca', rootCertificate: '/ca' }],
    ['sslmode=verify-full', { mode: 'verify-full', rootCertificate: undefined }],
    ['sslrootcert=system', { mode: 'verify-full', rootCertificate: undefined }],
    ['sslmode=verify-full&sslcert=/c&sslkey=/k&sslpassword=p', { certificate: '/c', key: '/k', passphrase: 'p' }],
  ])('uses TLS with %s', (query, tls) => {
    expect(targetOf(`postgres://h?${query}`).tls).toMatchObject(tls);
  });

  it('uses no TLS with sslmode=disable, whatever the other parameters', () => {
    expect(targetOf('postgres://h?sslmode=disable&sslrootcert=/ca').tls).toBeUndefined();
  });

  it.each([
    ['postgres:///?host=h1,h2&port=1,2,3', 'has 2 hosts, but 3 ports.'],
    ['postgres://h?sslrootcert=/ca', 'has sslrootcert, but no sslmode, so connections would not be encrypted.'],
    ['postgres://h?sslcert=/c&sslkey=/k', 'has sslcert, but no sslmode, so connections would not be encrypted.'],
    ['postgres://h?sslmode=require&sslcert=/c', 'must have both sslcert and sslkey.'],
    [
      'postgres://h?sslmode=verify-ca',
      'has sslmode=verify-ca, but no sslrootcert. Set sslrootcert to the CA, or use verify-full.',
    ],
    ['postgres://h?sslmode=require&sslrootcert=system', 'has sslrootcert=system, which requires sslmode=verify-full.'],
    ['postgres://h?channel_binding=require', 'has channel_binding=require, but no sslmode.'],
  ])('fails where the URL contradicts itself: %s', (url, fault) => {
    expect(() => targetOf(url)).toThrow(fault);
  });
});
