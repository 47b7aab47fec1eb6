import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import {
  type ChangeCursor,
  createChangeCursors,
  laterPosition,
  maxXid,
} from '../../../src/task-runs/changes/change-cursor.js';

const epoch = '7d1f2a90-8dc6-4d08-aea9-928fcecad8f1';
const position = { xid: '745', id: '0190a234-8dc6-6d08-aea9-928fcecad8f1' };
const { encode, parse } = createChangeCursors(Buffer.alloc(32, 'one key'));
const cursorAt = (at: ChangeCursor['position'], snapshotFloor: string | null = null) =>
  encode({ epoch, position: at, snapshotFloor });
const cursor = cursorAt(position);
const unencrypted = (...words: readonly string[]) => Buffer.from(words.join(' ')).toString('base64url');
const invalid = expect.objectContaining({
  reason: 'VALIDATION_FAILED',
  extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: ['after'] })] }),
});

/** Seals bytes as every version of the gateway does. */
function seal(plain: Buffer): Buffer {
  const subkey = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 'one key'), '', `task-run-gateway change cursor ${purpose}`, 32));
  const vector = createHmac('sha256', subkey('digest')).update(plain).digest().subarray(0, 16);
  return Buffer.concat([vector, createCipheriv('aes-256-ctr', subkey('encryption'), vector).update(plain)]);
}
const plain = (firstByte: number, length: number) => Buffer.concat([Buffer.of(firstByte), Buffer.alloc(length - 1, 7)]);

describe('a cursor of changes', () => {
  it.each<ChangeCursor>([
    { epoch, position, snapshotFloor: null },
    { epoch, position, snapshotFloor: '746' },
    { epoch, position, snapshotFloor: String(maxXid) },
    { epoch, position: null, snapshotFloor: null },
    { epoch, position: { xid: '0', id: '00000000-0000-0000-0000-000000000000' }, snapshotFloor: null },
    { epoch, position: { xid: String(maxXid), id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' }, snapshotFloor: null },
  ])('names the position it was made for, and where its walk began: %j', (made) => {
    expect(parse(encode(made))).toEqual(made);
  });

  it('repeats its bytes for the same position in every process, and has one length for all', () => {
    expect(
      createChangeCursors(Buffer.alloc(32, 'one key')).encode({
        epoch,
        position: { ...position },
        snapshotFloor: null,
      }),
    ).toBe(cursor);
    const others = [null, { ...position, xid: '746' }, { xid: String(maxXid), id: epoch }];
    const all = [cursor, ...others.map((other) => cursorAt(other))];
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(all.map(({ length }) => length))).toEqual(new Set([76]));
  });

  it('shares no bytes with the cursors of neighbouring transactions and runs', () => {
    const next = Buffer.from(cursorAt({ ...position, xid: '746' }), 'base64url');
    const same = [...Buffer.from(cursor, 'base64url')].filter((byte, index) => byte === next[index]);
    // One in 256 is the same by chance.
    expect(same.length).toBeLessThan(10);
  });

  it('becomes invalid with any bit altered', () => {
    const bytes = Buffer.from(cursor, 'base64url');
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => parse(altered.toString('base64url'))).toThrow(invalid);
    }
  });

  it('becomes invalid in a database with another key', () => {
    expect(() => createChangeCursors(Buffer.alloc(32, 'another key')).parse(cursor)).toThrow(invalid);
  });

  it.each([
    ['nothing', ''],
    ['a padded cursor', `${cursor}=`],
    ['a cursor cut short', cursor.slice(0, -2)],
    ['a cursor and more', `${cursor}AAAA`],
    ['a blank and a cursor', ` ${cursor}`],
    ['a character outside the alphabet', `${cursor.slice(0, -1)}+`],
    ['nonsense', 'nonsense'],
    ['nonsense of its length', 'n'.repeat(76)],
    ['an unencrypted cursor of another version', unencrypted('2', epoch, '745', position.id)],
    ['an unencrypted cursor without an epoch', unencrypted('1', 'today')],
    ['a text longer than any cursor', 'a'.repeat(201)],
  ])('rejects %s', (_what, text) => {
    expect(() => parse(text)).toThrow(invalid);
  });

  it.each([
    ['another first byte', plain(5, 41)],
    ['the length of another form', plain(4, 41)],
    ['more bytes', plain(3, 49)],
    ['fewer bytes', plain(2, 17)],
    ['one byte', plain(9, 1)],
  ])('expires in the form of a newer release, with %s, and is invalid once altered', (_what, bytes) => {
    const sealed = seal(bytes);
    expect(() => parse(sealed.toString('base64url'))).toThrow(expect.objectContaining({ reason: 'CURSOR_EXPIRED' }));
    for (const index of [0, sealed.length - 1]) {
      const altered = Buffer.from(sealed);
      altered[index]! ^= 1;
      expect(() => parse(altered.toString('base64url'))).toThrow(invalid);
    }
  });

  it.each([
    ['a position', unencrypted('1', epoch, '745', position.id)],
    ['the start', unencrypted('1', epoch)],
  ])('expires in the form of an earlier release, unencrypted: %s', (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ reason: 'CURSOR_EXPIRED' }));
  });
});

describe('the later of two positions', () => {
  it.each([
    [
      { xid: '9', id: position.id },
      { xid: '10', id: position.id },
    ],
    [position, { xid: '745', id: '0190a234-8dc6-6d08-aea9-928fcecad8f2' }],
  ])('compares transactions as numbers, then runs: %j, %j', (one, other) => {
    expect(laterPosition(one, other)).toBe(other);
    expect(laterPosition(other, one)).toBe(other);
    expect(laterPosition(null, one)).toBe(one);
  });
});
