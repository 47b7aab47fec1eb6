import {
  accessClaims,
  issuerUrl,
  reasonOf,
  startMs,
  startSeconds,
  startVerifier,
  type VerifierHarness,
} from '../../support/verifier-harness.js';

let harness: VerifierHarness;

beforeAll(async () => {
  harness = await startVerifier();
});
beforeEach(() => {
  harness.clock.ms = startMs;
});
afterAll(() => harness.server.stop());

const verify = (changes: Record<string, unknown>) => reasonOf(harness.verify(accessClaims(changes)));
/** Handles numbers that JSON.stringify cannot write. */
const verifyRaw = (name: string, text: string) =>
  reasonOf(harness.verify(JSON.stringify(accessClaims({ [name]: '@' })).replace('"@"', text)));

describe('The issuer of a token', () => {
  it.each([
    ['unknown', 'https://attacker.example/'],
    ['without its trailing slash', issuerUrl.slice(0, -1)],
    ['with one slash more', `${issuerUrl}/`],
    ['in another case', issuerUrl.toUpperCase()],
    ['a list', [issuerUrl]],
    ['an object', { toString: 1 }],
    ['empty', ''],
    ['null', null],
    ['left out', undefined],
    ['a member of every object', 'constructor'],
  ])('fails when it is %s', async (_case, iss) => {
    expect(await verify({ iss })).toBe('INVALID_TOKEN');
  });
});

describe('The subject of a token', () => {
  it.each([
    ['left out', undefined],
    ['empty', ''],
    ['a number', 7],
    ['null', null],
    ['a list', ['alice']],
    ['text with a NUL character, which no database text can hold', 'ali\0ce'],
    ['text with half a surrogate pair', 'alice\ud800'],
    ['longer than 255 characters', 'a'.repeat(256)],
  ])('fails when it is %s', async (_case, sub) => {
    expect(await verify({ sub })).toBe('INVALID_TOKEN');
  });

  it.each([
    ['exact, in its case', 'Auth0|Ünïcode 😀', 'Auth0|Ünïcode 😀'],
    ['up to 255 characters long', 'a'.repeat(255), 'a'.repeat(255)],
    ['lower case when it is an id', '0190A234-8DC6-6D08-AEA9-928FCECAD8F1', '0190a234-8dc6-6d08-aea9-928fcecad8f1'],
    [
      'exact when it only holds an id',
      'U-0190A234-8DC6-6D08-AEA9-928FCECAD8F1',
      'U-0190A234-8DC6-6D08-AEA9-928FCECAD8F1',
    ],
  ])('becomes %s', async (_case, sub, subject) => {
    expect(await harness.verify(accessClaims({ sub }))).toMatchObject({ subject });
  });
});

describe('The end of a token', () => {
  it.each([
    ['left out', undefined],
    ['null', null],
    ['text', `${startSeconds + 60}`],
    ['true', true],
    ['a list', [startSeconds + 60]],
  ])('fails when it is %s', async (_case, exp) => {
    expect(await verify({ exp })).toBe('INVALID_TOKEN');
  });

  it.each(['1e400', '-1e400', '"NaN"'])('fails as the number %s', async (text) => {
    expect(await verifyRaw('exp', text)).toBe('INVALID_TOKEN');
  });

  it('limits the caller that the token names', async () => {
    expect(await harness.verify(accessClaims({ exp: startSeconds + 60.5 }))).toMatchObject({
      expiresAt: startSeconds + 60.5,
    });
  });

  it('applies with a leeway of 30 seconds, no more', async () => {
    harness.clock.ms = startMs + 29_999;
    expect(await verify({ exp: startSeconds })).toBe('accepted');
    harness.clock.ms = startMs + 30_000;
    expect(await verify({ exp: startSeconds })).toBe('EXPIRED_TOKEN');
  });

  it('causes EXPIRED_TOKEN only when nothing else is wrong', async () => {
    const exp = startSeconds - 3600;
    expect(await verify({ exp })).toBe('EXPIRED_TOKEN');
    const others = [
      { sub: '' },
      { nbf: startSeconds + 60 },
      { ext: [] },
      { ext: { org_id: 'x' } },
      { aud: 7 },
      { nonce: 'n' },
    ];
    for (const other of [...others, { client_id: undefined }, { iss: 'https://attacker.example/' }]) {
      expect(await verify({ exp, ...other })).toBe('INVALID_TOKEN');
    }
    expect(await reasonOf(harness.verify(accessClaims({ exp }), { typ: 'logout+jwt' }))).toBe('INVALID_TOKEN');
    expect(await reasonOf(harness.verify(accessClaims({ exp }), { kid: 'unknown' }))).toBe('INVALID_TOKEN');
  });
});

describe.each(['nbf', 'iat'])('The %s of a token', (name) => {
  it('passes up to 30 seconds in the future', async () => {
    expect(await verify({ [name]: startSeconds + 30 })).toBe('accepted');
    expect(await verify({ [name]: startSeconds + 31 })).toBe('INVALID_TOKEN');
  });

  it('passes when it is left out', async () => {
    expect(await verify({ [name]: undefined })).toBe('accepted');
  });

  it.each([
    ['text', `${startSeconds}`],
    ['null', null],
    ['false', false],
  ])('fails when it is %s', async (_case, value) => {
    expect(await verify({ [name]: value })).toBe('INVALID_TOKEN');
  });

  it.each(['1e400', '-1e400'])('fails as the number %s', async (text) => {
    expect(await verifyRaw(name, text)).toBe('INVALID_TOKEN');
  });
});
