import type { IssuerConfig } from '../../../src/config/values.js';
import { accessClaims, reasonOf, startVerifier } from '../../support/verifier-harness.js';

const audience = 'https://gateway.example/';
const task = 'https://gateway.example/tasks/0190a234-8dc6-6d08-aea9-928fcecad8f1';
const noScope = { scp: undefined, scope: undefined };
/** Claims of a Kratos session token, which has neither a client nor a scope. */
const session = { client_id: undefined, ...noScope, aud: undefined, sid: '0190a234-8dc6-6d08-aea9-928fcecad8f1' };

async function reasonFor(
  issuer: Partial<IssuerConfig>,
  changes: Record<string, unknown>,
  header = {},
): Promise<string> {
  const { verify, server } = await startVerifier(issuer);
  const reason = await reasonOf(verify(accessClaims(changes), header));
  await server.stop();
  return reason;
}

describe.each(['hydra', 'kratos'] as const)('a %s token, with an audience configured,', (type) => {
  it.each([[audience], [[audience]], [['https://other.example/', audience]]])('passes with aud %j', async (aud) => {
    expect(await reasonFor({ type, audience }, { aud })).toBe('accepted');
  });

  it.each([
    [undefined],
    [null],
    [''],
    [[]],
    ['https://gateway.example'],
    [[`${audience}tasks/`]],
    [{ [audience]: true }],
    [[[audience]]],
    [[audience, 7]],
  ])('fails with aud %j', async (aud) => {
    expect(await reasonFor({ type, audience }, { aud })).toBe('INVALID_TOKEN');
  });

  it('needs neither a client nor a scope', async () => {
    expect(await reasonFor({ type, audience }, { ...session, aud: audience })).toBe('accepted');
  });
});

describe('a hydra token, without an audience configured,', () => {
  it.each([
    ['a client and a list of scopes', {}],
    ['a client and an empty list of scopes', { scp: [] }],
    ['a client and a scope as text', { scp: undefined, scope: 'offline' }],
    ['an audience nobody asked for', { aud: ['https://other.example/'] }],
    ['the client as its subject', { sub: 'a-client' }],
  ])('passes with %s', async (_case, changes) => {
    expect(await reasonFor({}, changes)).toBe('accepted');
  });

  it.each([
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['a client that is not a text', { client_id: 7 }],
    ['no scope', noScope],
    ['a list as scope', { scp: undefined, scope: ['offline'] }],
    ['text as scp', { scp: 'offline' }],
    ['an aud that is a number', { aud: 7 }],
  ])('fails with %s', async (_case, changes) => {
    expect(await reasonFor({}, changes)).toBe('INVALID_TOKEN');
  });
});

describe('a kratos token, without an audience configured,', () => {
  it('needs neither audience nor client nor scope', async () => {
    expect(await reasonFor({ type: 'kratos' }, session)).toBe('accepted');
  });

  it.each([[[]], [task], [[task, task]]])('passes with aud %j', async (aud) => {
    expect(await reasonFor({ type: 'kratos' }, { ...session, aud })).toBe('accepted');
  });

  it.each([[audience], [[audience]], [[task, audience]], ['']])(
    'fails with aud %j, which is for others',
    async (aud) => {
      expect(await reasonFor({ type: 'kratos' }, { ...session, aud })).toBe('INVALID_TOKEN');
    },
  );
});

describe.each([undefined, audience])('an ID token of hydra, with the audience %s configured,', (configured) => {
  const issuer = configured === undefined ? {} : { audience: configured };

  it.each(['at_hash', 'c_hash', 's_hash', 'nonce'])(
    'fails for its %s, even with a client and a scope',
    async (claim) => {
      expect(await reasonFor(issuer, { aud: [audience], [claim]: 'x' })).toBe('INVALID_TOKEN');
    },
  );

  it.each([undefined, null, ''])('fails for the claims of a sign-in when its client is %j', async (client) => {
    for (const claim of ['auth_time', 'acr', 'amr', 'azp', 'rat']) {
      expect(await reasonFor(issuer, { aud: [audience], client_id: client, [claim]: 1 })).toBe('INVALID_TOKEN');
    }
  });
});

describe('An access token of hydra', () => {
  it('passes with the claims of a sign-in next to its client', async () => {
    expect(await reasonFor({}, { auth_time: 1, acr: '0', amr: ['pwd'] })).toBe('accepted');
  });
});

describe.each(['hydra', 'kratos'] as const)('a logout token of %s', (type) => {
  it('fails for its events', async () => {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    expect(await reasonFor({ type }, { events })).toBe('INVALID_TOKEN');
    expect(await reasonFor({ type, audience }, { events, aud: audience })).toBe('INVALID_TOKEN');
  });

  it('fails for its type', async () => {
    expect(await reasonFor({ type }, {}, { typ: 'logout+jwt' })).toBe('INVALID_TOKEN');
  });
});
