import { createSecretKey } from 'node:crypto';
import { type Share, ShareTokens } from '../../../src/sharing/share-token.js';

const keyOf = (text: string) => createSecretKey(text, 'utf8');
const key = 'a key of this test, long enough..';
const id = (digit: string) => `0000000${digit}-0000-0000-0000-000000000000`;
const content: Omit<Share, 'id'> = {
  path: { orgId: id('1'), projectId: id('2'), taskId: id('3'), id: id('4') },
  sharer: { issuer: 'https://issuer.example/', identification: '', subject: 'älice', userId: null, confinement: {} },
  payload: true,
  created: '2023-11-14T22:13:20.123000Z',
  expires: 1_700_000_060,
};

describe('the token of a link', () => {
  const tokens = new ShareTokens(keyOf(key));
  const { share, token } = tokens.seal(content);

  it('contains the link, which another gateway with the key reads', () => {
    expect(share).toEqual({ ...content, id: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(new ShareTokens(keyOf(key)).unseal(token)).toEqual(share);
  });

  it('is different for equal content, and shows none of it', () => {
    const other = tokens.seal(content);
    expect(other.token).not.toBe(token);
    expect(other.share.id).not.toBe(share.id);
    const text = Buffer.from(token, 'base64url').toString('latin1') + token;
    for (const secret of ['lice', 'issuer', id('1'), '00000004', share.id]) expect(text).not.toContain(secret);
  });

  it('has the same length for subjects of different lengths', () => {
    const lengthOf = (subject: string) =>
      tokens.seal({ ...content, sharer: { ...content.sharer, subject } }).token.length;
    expect(new Set(['a', 'alice', 'alice@example.com', 'a'.repeat(60)].map(lengthOf)).size).toBe(1);
  });

  it('is rejected by another key', () => {
    expect(new ShareTokens(keyOf('another key of this test, also long')).unseal(token)).toBeNull();
  });

  it('is rejected after a change of any of its characters, and when it is shorter or longer', () => {
    for (let index = 0; index < token.length; index += 1) {
      const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect([index, tokens.unseal(changed)]).toEqual([index, null]);
    }
    for (const length of [0, 1, 16, 27, 28, 29, token.length - 1])
      expect(tokens.unseal(token.slice(0, length))).toBeNull();
    for (const added of ['A', '=', ' ', '.', token]) expect(tokens.unseal(token + added)).toBeNull();
  });

  it('is accepted in only one spelling', () => {
    const { token: padded } = tokens.seal({ ...content, sharer: { ...content.sharer, subject: 'x'.repeat(250) } });
    for (const each of [token, padded]) {
      const base64 = Buffer.from(each, 'base64url').toString('base64');
      if (base64 !== each) expect(tokens.unseal(base64)).toBeNull();
      expect(tokens.unseal(`${each}=`)).toBeNull();
    }
  });

  it('is rejected if it is very long or not a token', () => {
    expect(tokens.unseal('A'.repeat(10_000))).toBeNull();
    for (const text of ['', 'x', 'eyJhbGciOiJub25lIn0.e30.', '../..', '{}']) expect(tokens.unseal(text)).toBeNull();
  });
});
