import { ConfigError, parseConfig } from '../../../src/config/config.js';

const oidc = (issuer: string) => ({ issuer, type: 'oidc', audience: 'task-runs' });
const kratos = { issuer: 'https://kratos/', type: 'kratos', jwks: 'https://kratos/jwks' };
const withIssuers = (...issuers: unknown[]) => ({ AUTH_ISSUERS: JSON.stringify(issuers), UI_CLIENT_ID: 'pages' });

describe('the configuration of signing in', () => {
  it('requires a client', () => {
    expect(parseConfig({}).signIn).toBeUndefined();
  });
  it('takes the only issuer with a discovery document, its audience and the scope', () => {
    expect(parseConfig(withIssuers(kratos, oidc('https://a'))).signIn).toEqual({
      clientId: 'pages',
      issuer: 'https://a',
      audience: 'task-runs',
      scope: 'openid',
    });
  });
  it('takes the named one of several, also a Hydra', () => {
    const hydra = { issuer: 'https://hydra/', jwks: 'https://hydra/jwks' };
    const environment = { ...withIssuers(oidc('https://a'), hydra), UI_ISSUER: 'https://hydra/', UI_SCOPE: 'a b' };
    expect(parseConfig(environment).signIn).toEqual({
      clientId: 'pages',
      issuer: 'https://hydra/',
      audience: undefined,
      scope: 'a b',
    });
  });
  it.each([
    [{ UI_ISSUER: 'https://a' }, 'UI_ISSUER is set, but UI_CLIENT_ID is not.'],
    [{ UI_SCOPE: 'openid' }, 'UI_SCOPE is set, but UI_CLIENT_ID is not.'],
    [withIssuers(kratos), 'UI_CLIENT_ID is set, but AUTH_ISSUERS has no issuer with a discovery document.'],
    [
      { ...withIssuers(oidc('https://a')), UI_ISSUER: 'https://a/' },
      'UI_ISSUER is https://a/, which is not an issuer in AUTH_ISSUERS with a discovery document.',
    ],
    [
      withIssuers(oidc('https://a'), oidc('https://b')),
      'UI_CLIENT_ID is set, but several issuers have a discovery document: set UI_ISSUER to one of https://a, https://b.',
    ],
  ])('of %j is a fault', (environment: Record<string, string>, fault) => {
    expect(() => parseConfig(environment)).toThrow(new ConfigError([fault]));
  });
});
