import { signingInput, signToken } from '../../support/token-forge.js';
import { accessClaims, reasonOf, startVerifier, type VerifierHarness } from '../../support/verifier-harness.js';

let harness: VerifierHarness;
const claims = accessClaims();

beforeAll(async () => {
  harness = await startVerifier();
});
afterAll(() => harness.server.stop());

const verify = (token: string) => reasonOf(harness.verifier.verify(token));
const verifyWithHeader = (header: Record<string, unknown>) => reasonOf(harness.verify(claims, header));

describe('the form of a compact JWT excludes:', () => {
  it.each([
    ['nothing', ''],
    ['dots', '..'],
    ['an opaque Ory token', 'ory_at_Zm9vYmFyYmF6.c2lnbmF0dXJl'],
    ['five parts, an encrypted one', 'eyJhbGciOiJkaXIifQ.a.b.c.d'],
    ['a header that is not JSON', 'bm8.e30.c2ln'],
    ['a header that is a list', `${signingInput([] as never, claims)}.c2ln`],
    ['a header that is null', `${signingInput(null as never, claims)}.c2ln`],
    ['an empty header', `${signingInput({}, claims)}.c2ln`],
    ['a payload that is a list', `${signingInput({ alg: 'ES256' }, '[]')}.c2ln`],
    ['a payload that is null', `${signingInput({ alg: 'ES256' }, 'null')}.c2ln`],
    ['a payload that is not JSON', `${signingInput({ alg: 'ES256' }, '{')}.c2ln`],
  ])('%s', async (_case, token) => {
    expect(await verify(token)).toBe('INVALID_TOKEN');
  });

  it('a genuine token with something around or between its parts', async () => {
    const token = signToken(harness.key, claims);
    expect(await verify(token)).toBe('accepted');
    const corrupted = [
      ` ${token}`,
      `${token}\n`,
      `.${token}`,
      `${token}.`,
      token.replace('.', '..'),
      token.replace('.', ' .'),
    ];
    for (const each of [...corrupted, `${token}=`, `${token}==`, `Bearer ${token}`]) {
      expect(await verify(each)).toBe('INVALID_TOKEN');
    }
  });

  it('a genuine token of more than 8 KB, and one of 100 KB', async () => {
    for (const length of [8192, 100_000]) {
      expect(await reasonOf(harness.verify(accessClaims({ padding: 'a'.repeat(length) })))).toBe('INVALID_TOKEN');
    }
    expect(await reasonOf(harness.verify(accessClaims({ padding: 'a'.repeat(5000) })))).toBe('accepted');
  });
});

describe('The type of a token', () => {
  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/JWT'])(
    'passes as %s',
    async (typ) => {
      expect(await verifyWithHeader({ typ })).toBe('accepted');
    },
  );

  it.each([
    ['logout+jwt'],
    ['id+jwt'],
    ['dpop+jwt'],
    ['secevent+jwt'],
    ['JOSE'],
    ['text/jwt'],
    [''],
    [null],
    [1],
    [['JWT']],
  ])('fails as %j', async (typ) => {
    expect(await verifyWithHeader({ typ })).toBe('INVALID_TOKEN');
  });
});

describe('The header of a token', () => {
  it.each([
    ['a critical extension', { crit: ['https://example.com/unknown'], 'https://example.com/unknown': true }],
    ['a critical extension the library knows', { crit: ['b64'], b64: true }],
    ['a payload that is not encoded', { crit: ['b64'], b64: false }],
    ['a payload that is not encoded, without saying it is critical', { b64: false }],
    ['an empty list of critical extensions', { crit: [] }],
    ['critical extensions that are null', { crit: null }],
    ['an alg that is a list', { alg: ['ES256'] }],
    ['an alg that is null', { alg: null }],
    ['an alg of another case', { alg: 'es256' }],
    ['an alg that is a member of every object', { alg: 'toString' }],
    ['no alg', { alg: undefined }],
    ['a kid that is a number', { kid: 1 }],
    ['a kid that is null', { kid: null }],
    ['a kid the issuer does not know', { kid: 'key-2' }],
    ['a kid that is a path', { kid: '../../../../dev/null' }],
    ['a kid that is a member of every object', { kid: '__proto__' }],
  ])('fails for %s', async (_case, header) => {
    expect(await verifyWithHeader(header)).toBe('INVALID_TOKEN');
  });

  it('passes without a kid when the issuer has one key only', async () => {
    expect(await verifyWithHeader({ kid: undefined })).toBe('accepted');
  });
});
