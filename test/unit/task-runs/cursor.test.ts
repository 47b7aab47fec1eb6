import { createCursorCodec, timeOfCursor } from '../../../src/task-runs/lists/cursor.js';

const position = { storedCreated: '2024-01-16T13:33:25.247662Z', id: '0190a234-8dc6-6d08-aea9-928fcecad8f1' };
const codec = createCursorCodec(['a list']);
const cursor = codec.encode(position);

describe('a cursor', () => {
  it('names the place it was made for', () => {
    expect(codec.decode(cursor)).toEqual(position);
  });

  it('is none of another list', () => {
    expect(createCursorCodec(['another list']).decode(cursor)).toBeNull();
  });

  it('keeps the time that its list is relative to', () => {
    const time = Date.parse('2025-01-01T12:00:00Z');
    const relative = createCursorCodec(['a list'], time);
    const mine = relative.encode(position);
    expect([timeOfCursor(mine), timeOfCursor(cursor)]).toEqual([time, undefined]);
    expect(relative.decode(mine)).toEqual(position);
    expect(createCursorCodec(['a list'], time + 1).decode(mine)).toBeNull();
    expect([relative.decode(cursor), codec.decode(mine)]).toEqual([null, null]);
  });

  it.each(['', 'nonsense', 'a'.repeat(201), Buffer.from('2 9999999999999999 x').toString('base64url')])(
    'keeps no time where it is none: %s',
    (text) => {
      expect(timeOfCursor(text)).toBeUndefined();
    },
  );

  it.each([
    ['nothing', ''],
    ['a padded cursor', `${cursor}=`],
    ['a cursor cut short', cursor.slice(0, -1)],
    ['a cursor and more', `${cursor}A`],
    ['a blank and a cursor', ` ${cursor}`],
    ['nonsense', 'nonsense'],
    ['no such moment', codec.encode({ ...position, storedCreated: '2025-13-01T00:00:00.000000Z' })],
    ['a moment and more', codec.encode({ ...position, storedCreated: `${position.storedCreated}'` })],
    ['a moment of less precision', codec.encode({ ...position, storedCreated: '2024-01-16T13:33:25Z' })],
    ['something that is no id', codec.encode({ ...position, id: 'nonsense' })],
    ['a text longer than any cursor', 'a'.repeat(201)],
  ])('is not made of %s', (_what, text) => {
    expect(codec.decode(text)).toBeNull();
  });

  it('is none any more when any of its characters is changed', () => {
    for (const [index, letter] of [...cursor].entries()) {
      const altered = cursor.slice(0, index) + (letter === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      expect([index, codec.decode(altered)]).toEqual([index, null]);
    }
  });
});
