import { createCursorCodec, timeOfCursor } from '../../../src/task-runs/lists/cursor.js';
import { orderedValueOf, type RunOrder } from '../../../src/task-runs/lists/run-order.js';

const position = { created: '2024-01-16T13:33:25.247662Z', id: '0190a234-8dc6-6d08-aea9-928fcecad8f1' };
const codec = createCursorCodec(['a list']);
const cursor = codec.encode(position);

describe('a cursor', () => {
  it('names the place it was made for', () => {
    expect(codec.decode(cursor)).toEqual(position);
  });

  it('fails in another list', () => {
    expect(createCursorCodec(['another list']).decode(cursor)).toBeNull();
  });

  it('keeps the reference time of its list', () => {
    const time = Date.parse('2025-01-01T12:00:00Z');
    const relative = createCursorCodec(['a list'], time);
    const mine = relative.encode(position);
    expect([timeOfCursor(mine), timeOfCursor(cursor)]).toEqual([time, undefined]);
    expect(relative.decode(mine)).toEqual(position);
    expect(createCursorCodec(['a list'], time + 1).decode(mine)).toBeNull();
    expect([relative.decode(cursor), codec.decode(mine)]).toEqual([null, null]);
  });

  it.each(['', 'nonsense', 'a'.repeat(201), Buffer.from('2 9999999999999999 x').toString('base64url')])(
    'keeps no time where the list has none: %s',
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
    ['no such moment', codec.encode({ ...position, created: '2025-13-01T00:00:00.000000Z' })],
    ['a moment and more', codec.encode({ ...position, created: `${position.created}'` })],
    ['a moment beyond the year 9999', codec.encode({ ...position, created: '10000-01-01T00:00:00.000000Z' })],
    ['a moment before the year 1', codec.encode({ ...position, created: '0044-03-15T00:00:00.000000Z BC' })],
    ['an infinite moment', codec.encode({ ...position, created: 'infinity' })],
    ['a moment of less precision', codec.encode({ ...position, created: '2024-01-16T13:33:25Z' })],
    ['something that is not an id', codec.encode({ ...position, id: 'nonsense' })],
    ['a text longer than any cursor', 'a'.repeat(201)],
  ])('rejects %s', (_what, text) => {
    expect(codec.decode(text)).toBeNull();
  });

  it('fails when any of its characters is changed', () => {
    for (const [index, letter] of [...cursor].entries()) {
      const altered = cursor.slice(0, index) + (letter === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      expect([index, codec.decode(altered)]).toEqual([index, null]);
    }
  });
});

describe('a cursor of an order by a value', () => {
  const codecOf = (order: RunOrder, time?: number) => createCursorCodec([order], time, orderedValueOf(order)!);
  const run = { ...position, llmCallTiming: 1e-7, chargedCredits: '1.00', totalTokens: 3, llmRetries: 0 };

  it.each([
    ['LLM_CALL_TIMING_DESC', '1e-7'],
    ['CHARGED_CREDITS_ASC', '1.00'],
    ['TOTAL_TOKENS_DESC', '3'],
    ['LLM_RETRIES_ASC', '0'],
  ] as const)('carries the value of %s', (order, value) => {
    const ordered = codecOf(order);
    expect(ordered.decode(ordered.encode(run))).toEqual({ ...position, value });
    expect(codecOf('TOTAL_TOKENS_ASC').decode(ordered.encode(run))).toBeNull();
    expect(codecOf(order, 5).decode(codecOf(order, 5).encode(run))).toEqual({ ...position, value });
  });

  it.each([
    ['LLM_CALL_TIMING_DESC', { llmCallTiming: null }],
    ['CHARGED_CREDITS_DESC', { chargedCredits: null }],
  ] as const)('of %s carries null without a value', (order, values) => {
    const ordered = codecOf(order);
    expect(ordered.decode(ordered.encode({ ...run, ...values } as never))).toEqual({ ...position, value: null });
  });

  it.each([
    ['a long fraction', `0.${'3'.repeat(200)}`, `0.${'3'.repeat(20)}`],
    ['20 digits before the point', `-${'9'.repeat(20)}.${'9'.repeat(200)}`, `-${'9'.repeat(20)}.${'9'.repeat(20)}`],
    ['more digits before the point', `-${'9'.repeat(200)}.5`, `-1${'0'.repeat(20)}`],
  ])('carries no more of credits than fits: %s', (_what, chargedCredits, value) => {
    const last = { ...run, chargedCredits, created: '9999-12-31T23:59:59.999999Z' };
    const ordered = codecOf('CHARGED_CREDITS_DESC', 999_999_999_999_999);
    const text = ordered.encode(last);
    expect(text.length).toBeLessThanOrEqual(200);
    expect(ordered.decode(text)).toMatchObject({ value, created: last.created });
  });

  it.each([
    ['LLM_CALL_TIMING_DESC', ['x', 'NaN', 'Infinity', '1e-400', '']],
    ['CHARGED_CREDITS_DESC', ['x', '1e5', 'NaN']],
    ['TOTAL_TOKENS_DESC', ['1.5', '2147483648', 'x']],
  ] as const)('from %s fails with another text in its place, from any author', (order, texts) => {
    for (const text of texts) {
      const forged = createCursorCodec([order], undefined, { toText: () => text, isValidText: () => true });
      expect(codecOf(order).decode(forged.encode(run))).toBeNull();
    }
  });
});
