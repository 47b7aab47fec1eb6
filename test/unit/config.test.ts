import { ConfigError, parseConfig } from '../../src/config.js';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};
const issuers = (...list: unknown[]) => ({ AUTH_ISSUERS: JSON.stringify(list) });
const issuer = { issuer: 'https://a/', jwks: 'https://a/jwks' };

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(parseConfig({})).toMatchObject({ host: '127.0.0.1', port: 4000, issuers: undefined, publicUrl: undefined });
  });
  it('cannot be changed afterwards', () => {
    const config = parseConfig(issuers(issuer)) as any;
    expect(() => {
      config.port = 1;
    }).toThrow(TypeError);
    expect(() => {
      config.issuers[0].issuer = 'x';
    }).toThrow(TypeError);
  });
  it('takes an empty variable for an unset one', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' })).toEqual(parseConfig({}));
  });
  it('keeps the exact issuer string and defaults to the hydra rules', () => {
    expect(parseConfig(issuers(issuer)).issuers).toEqual([{ ...issuer, type: 'hydra' }]);
  });
  it('asks for issuers where a database is named', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://localhost/x' })).toHaveLength(1);
    expect(faultsOf({ DATABASE_URL: 'postgres://localhost/x', ...issuers(issuer) })).toEqual([]);
  });
  it.each([
    ['no list', { AUTH_ISSUERS: '{}' }],
    ['no JSON', { AUTH_ISSUERS: 'x' }],
    ['an empty list', issuers()],
    ['no issuer', issuers({ jwks: 'https://a' })],
    ['no keys', issuers({ issuer: 'a' })],
    ['an unknown type', issuers({ ...issuer, type: 'auth0' })],
    ['an unknown member', issuers({ ...issuer, audiance: 'x' })],
    ['keys in the clear from another host', issuers({ ...issuer, jwks: 'http://issuer.example/jwks' })],
    ['keys from a host that only looks like loopback', issuers({ ...issuer, jwks: 'http://127.0.0.1.example/jwks' })],
    ['keys behind a password', issuers({ ...issuer, jwks: 'https://user:secret@a/jwks' })],
    ['keys by another scheme', issuers({ ...issuer, jwks: 'data:application/json,{}' })],
    ['the same issuer twice', issuers(issuer, issuer)],
    ['an audience that is a list', issuers({ ...issuer, audience: ['a'] })],
  ])('refuses issuers with %s', (_title, environment) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(/^AUTH_ISSUERS /)]);
  });
  it.each(['http://127.0.0.1:4444/jwks', 'http://localhost/jwks', 'http://[::1]:1/jwks', 'file:///etc/jwks.json'])(
    'takes keys from %s',
    (jwks) => {
      expect(faultsOf(issuers({ ...issuer, jwks }))).toEqual([]);
    },
  );
  it.each(['-1', '1.5', '65536', '0x10', ' 1', '1e3', '99999999999999'])('refuses the port %j', (PORT) => {
    expect(faultsOf({ PORT })).toHaveLength(1);
  });
  it('drops the trailing slashes of PUBLIC_URL', () => {
    expect(parseConfig({ PUBLIC_URL: 'https://runs.example/base//' }).publicUrl).toBe('https://runs.example/base');
  });
});
