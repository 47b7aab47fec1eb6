import { describeAccess } from '../../../src/pages/shared/session-panel/describe-access.js';
import { assertIdToken, nameIn } from '../../../src/pages/shared/token/id-token.js';

const idToken = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('the name in an ID token', () => {
  it.each([
    [{ name: 'Ada Adjuster', preferred_username: 'ada', sub: '1' }, 'Ada Adjuster'],
    [{ name: '', preferred_username: 'ada', sub: '1' }, 'ada'],
    [{ preferred_username: ['ada'], sub: 'Zoë' }, 'Zoë'],
    [{}, undefined],
  ])('of %j is %s', (claims, name) => expect(nameIn(idToken(claims))).toBe(name));

  it('returns nothing for a text that is not a token', () => expect(nameIn('nonsense')).toBeUndefined());
});

describe('an ID token', () => {
  const claims = { iss: 'https://a', aud: 'pages', nonce: 'n' };
  const check = (changes: object) => () =>
    assertIdToken(idToken({ ...claims, ...changes }), 'pages', { iss: 'https://a', nonce: 'n' });

  it('passes with the expected claims, and an audience of several', () => {
    expect(check({})).not.toThrow();
    expect(check({ aud: ['api', 'pages'] })).not.toThrow();
  });
  it.each([{ iss: 'https://b' }, { aud: 'api' }, { aud: undefined }, { nonce: undefined }, { nonce: 'm' }])(
    'is rejected with %j',
    (changes) => expect(check(changes)).toThrow('not for this sign-in'),
  );
});

describe('the access of a caller', () => {
  const organization = { id: 'o', name: 'Harbor Insurance' };
  const project = (name: string | null, role: 'EDITOR' | null, isAnalyst = false) => ({
    project: { id: 'p', name },
    role,
    isAnalyst,
  });

  it('names the role on an organization, which covers its projects', () => {
    const projects = [project('Claims intake', 'EDITOR')];
    expect(describeAccess([{ organization, role: 'OWNER', isAnalyst: true, projects }])).toEqual([
      'owner and analyst of Harbor Insurance',
    ]);
  });
  it('names each project otherwise, by its id if it has no name', () => {
    const projects = [project('Claims intake', 'EDITOR'), project(null, null, true), project('Storefront', null)];
    expect(describeAccess([{ organization, role: null, isAnalyst: false, projects }])).toEqual([
      'editor of Claims intake',
      'analyst of p',
      'some tasks of Storefront',
    ]);
  });
});
