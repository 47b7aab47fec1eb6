import { encodeChangeCursor, laterOf, parseChangeCursor } from '../../../src/task-runs/changes/change-cursor.js';

const epoch = '7d1f2a90-8dc6-4d08-aea9-928fcecad8f1';
const position = { xid: '745', id: '0190a234-8dc6-6d08-aea9-928fcecad8f1' };
const cursor = encodeChangeCursor({ epoch, position });
const textOf = (words: readonly string[]) => Buffer.from(words.join(' ')).toString('base64url');

describe('a cursor of changes', () => {
  it('names the place it was made for', () => {
    expect(parseChangeCursor(cursor)).toEqual({ epoch, position });
    expect(parseChangeCursor(encodeChangeCursor({ epoch, position: null }))).toEqual({ epoch, position: null });
  });

  it.each([
    ['nothing', ''],
    ['a padded cursor', `${cursor}=`],
    ['a cursor cut short', cursor.slice(0, -2)],
    ['a blank and a cursor', ` ${cursor}`],
    ['nonsense', 'nonsense'],
    ['another version', textOf(['2', epoch, '745', position.id])],
    ['no epoch', textOf(['1'])],
    ['an epoch that is none', textOf(['1', 'today'])],
    ['a transaction without a run', textOf(['1', epoch, '745'])],
    ['a transaction below zero', textOf(['1', epoch, '-1', position.id])],
    ['a transaction beyond all', textOf(['1', epoch, '18446744073709551616', position.id])],
    ['a run that is none', textOf(['1', epoch, '745', "x'; DROP TABLE"])],
    ['more words', textOf(['1', epoch, '745', position.id, 'more'])],
    ['a text longer than any cursor', 'a'.repeat(201)],
  ])('is not made of %s', (_what, text) => {
    expect(() => parseChangeCursor(text)).toThrow(
      expect.objectContaining({
        reason: 'VALIDATION_FAILED',
        extensions: expect.objectContaining({ detail: [expect.objectContaining({ loc: ['after'] })] }),
      }),
    );
  });
});

describe('the later of two positions', () => {
  it.each([
    [
      { xid: '9', id: position.id },
      { xid: '10', id: position.id },
    ],
    [position, { xid: '745', id: '0190a234-8dc6-6d08-aea9-928fcecad8f2' }],
  ])('is by transaction as a number, then by run: %j, %j', (one, other) => {
    expect(laterOf(one, other)).toBe(other);
    expect(laterOf(other, one)).toBe(other);
    expect(laterOf(null, one)).toBe(one);
  });
});
