import { createHmac, createSecretKey } from 'node:crypto';
import { createDownloadUrls } from '../../../src/files/download-url.js';
import type { FilePath } from '../../../src/files/file-path.js';

const path: FilePath = {
  orgId: '0190a234-8dc6-6d08-aea9-928fcecad8f1',
  projectId: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
  taskId: '0195d1ff-1f42-f14e-8b65-641baf9dc32e',
  id: '019097c5-5560-05b5-4a48-5197a269683b',
  name: 'photo 1.png',
};
const secret = 'a key of this test, long enough..';
const clock = { now: 1_767_225_600_999 };
const urlsWith = (key: string) =>
  createDownloadUrls({
    key: createSecretKey(key, 'utf8'),
    publicUrl: () => 'https://gateway.example/base',
    lifetimeSeconds: 900,
    now: () => clock.now,
  });
const urls = urlsWith(secret);

type Query = Record<string, unknown>;
const queryOf = (url: string): Query => Object.fromEntries(new URL(url).searchParams);
const subject = 'alice';
const signed = (): Query => queryOf(urls.sign(path, { inline: false, subject }));
const invalid = expect.objectContaining({ reason: 'INVALID_SIGNATURE' });

function rejectionOf(asked: FilePath, query: Query): unknown {
  try {
    return urls.verify(asked, query);
  } catch (error) {
    return error;
  }
}

describe('a download URL', () => {
  it('contains an absolute path to the file, and its expiry', () => {
    expect(urls.sign(path, { inline: true, subject })).toMatch(
      new RegExp(
        `^https://gateway\\.example/base/api/v1/org/${path.orgId}/project/${path.projectId}/task/${path.taskId}` +
          `/run/${path.id}/file/photo%201\\.png\\?inline=true&expires=1767226500&subject=[\\w-]{16}&signature=[\\w-]{43}$`,
      ),
    );
  });

  it.each([true, false])('passes as it was signed, inline %s', (inline) => {
    const query = queryOf(urls.sign(path, { inline, subject }));
    expect(urls.verify(path, query)).toEqual({ inline, remainingSeconds: 900, subjectDigest: query.subject });
  });

  it('ignores parameters that are not its own', () => {
    expect(urls.verify(path, { ...signed(), utm_source: 'mail' })).toMatchObject({ inline: false });
  });

  it('fails from the second in which it expires', () => {
    const query = signed();
    const signedAt = clock.now;
    clock.now = 1_767_226_499_999;
    expect(urls.verify(path, query)).toMatchObject({ remainingSeconds: 1 });
    clock.now = 1_767_226_500_000;
    expect(rejectionOf(path, query)).toEqual(invalid);
    clock.now = signedAt;
  });
});

describe('a download URL that was tampered with is rejected:', () => {
  it.each(Object.keys(path) as (keyof FilePath)[])('another %s', (part) => {
    expect(rejectionOf({ ...path, [part]: `${path[part].slice(0, -1)}0` }, signed())).toEqual(invalid);
  });

  it('text moved from one part of the path to the next', () => {
    const moved = { ...path, taskId: path.taskId + path.id[0], id: path.id.slice(1) };
    expect(rejectionOf(moved, signed())).toEqual(invalid);
    expect(rejectionOf({ ...path, taskId: `${path.taskId}","${path.id}`, id: '' }, signed())).toEqual(invalid);
  });

  const changes: [string, (query: Query) => Query][] = [
    ['shown instead of saved', (query) => ({ ...query, inline: 'true' })],
    ['inline in another spelling', (query) => ({ ...query, inline: 'FALSE' })],
    ['inline as a number', (query) => ({ ...query, inline: '0' })],
    ['inline missing', ({ inline: _, ...query }) => query],
    ['inline twice', (query) => ({ ...query, inline: ['false', 'false'] })],
    ['a longer life', (query) => ({ ...query, expires: String(Number(query.expires) + 1) })],
    ['a shorter life', (query) => ({ ...query, expires: String(Number(query.expires) - 1) })],
    ['expires with a leading zero', (query) => ({ ...query, expires: `0${query.expires}` })],
    ['expires with a sign', (query) => ({ ...query, expires: `+${query.expires}` })],
    ['expires with a fraction', (query) => ({ ...query, expires: `${query.expires}.0` })],
    ['expires as an exponent', (query) => ({ ...query, expires: `${query.expires}e0` })],
    ['expires with a space', (query) => ({ ...query, expires: ` ${query.expires}` })],
    ['expires with a line break', (query) => ({ ...query, expires: `${query.expires}\n` })],
    ['expires beyond numbers', (query) => ({ ...query, expires: '9'.repeat(400) })],
    ['expires missing', ({ expires: _, ...query }) => query],
    ['expires twice', (query) => ({ ...query, expires: [query.expires, query.expires] })],
    ['a cut signature', (query) => ({ ...query, signature: String(query.signature).slice(0, -1) })],
    ['a longer signature', (query) => ({ ...query, signature: `${query.signature}A` })],
    ['a padded signature', (query) => ({ ...query, signature: `${query.signature}=` })],
    ['another spelling of the same signature', (query) => ({ ...query, signature: respelt(String(query.signature)) })],
    ['a signature in another case', (query) => ({ ...query, signature: String(query.signature).toLowerCase() })],
    ['a signature beyond ASCII', (query) => ({ ...query, signature: 'ä'.repeat(43) })],
    ['an empty signature', (query) => ({ ...query, signature: '' })],
    ['no signature', ({ signature: _, ...query }) => query],
    ['a signature twice', (query) => ({ ...query, signature: [query.signature, query.signature] })],
    ['a signature of another link', (query) => ({ ...query, signature: otherSignature() })],
    ['a signature by another key', () => queryOf(urlsWith(`${secret}.`).sign(path, { inline: false, subject }))],
    ['another subject', (query) => ({ ...query, subject: signedFor('bob').subject })],
    ['the subject and signature of different links', (query) => ({ ...signedFor('bob'), signature: query.signature })],
    ['no subject', ({ subject: _, ...query }) => query],
    ['a subject twice', (query) => ({ ...query, subject: [query.subject, query.subject] })],
    ['a signature made for another purpose', (query) => ({ ...query, signature: foreignSignature(query) })],
  ];
  it.each(changes)('%s', (_what, change) => {
    expect(rejectionOf(path, signed())).toMatchObject({ inline: false, remainingSeconds: 900 });
    expect(rejectionOf(path, change(signed()))).toEqual(invalid);
  });
});

describe('the subject of a download URL', () => {
  it('becomes a digest that only the holder of the key can make, the same each time', () => {
    const digest = createHmac('sha256', secret).update('subject alice').digest('base64url').slice(0, 16);
    expect(signed().subject).toBe(digest);
    expect(signedFor('bob').subject).not.toBe(digest);
    expect(queryOf(urlsWith(`${secret}.`).sign(path, { inline: false, subject })).subject).not.toBe(digest);
  });
});

function signedFor(other: string): Query {
  return queryOf(urls.sign(path, { inline: false, subject: other }));
}

/** The last of the 43 characters contains two bits that decoding drops. */
function respelt(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet[alphabet.indexOf(signature.at(-1)!) ^ 1];
  const other = signature.slice(0, -1) + last;
  expect(Buffer.from(other, 'base64url').equals(Buffer.from(signature, 'base64url'))).toBe(true);
  return other;
}

function otherSignature(): unknown {
  return queryOf(urls.sign({ ...path, name: 'other.png' }, { inline: false, subject })).signature;
}

function foreignSignature({ expires, subject: digest }: Query): string {
  const { orgId, projectId, taskId, id, name } = path;
  const content = JSON.stringify(['file-upload/2', orgId, projectId, taskId, id, name, false, Number(expires), digest]);
  return createHmac('sha256', secret).update(content).digest('base64url');
}
