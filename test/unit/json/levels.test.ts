import { levelsOf } from '../../../src/json/levels.js';

const nested = (levels: number, open: string, close: string) =>
  JSON.parse(`${open.repeat(levels - 1)}{}${close.repeat(levels - 1)}`);
const count = (value: unknown, excluded?: unknown) => [...levelsOf(value, ['variables'], excluded)].length;
const tooDeep = expect.objectContaining({
  message: 'The variables must not be nested deeper than 64 levels.',
  extensions: expect.objectContaining({ reason: 'VALIDATION_FAILED', status: 422 }),
});

describe('the levels of a JSON value', () => {
  it.each([
    [0, null],
    [0, 'text'],
    [1, {}],
    [2, { a: 1, b: [] }],
    [3, [[{ a: null }], 'text']],
  ])('are %d of %j', (levels, value) => expect(count(value)).toBe(levels));

  it('begin with the value itself, each with its objects and lists', () => {
    expect([...levelsOf({ a: [{ b: 1 }], c: {}, d: 'text' }, [])]).toEqual([
      [{ a: [{ b: 1 }], c: {}, d: 'text' }],
      [[{ b: 1 }], {}],
      [{ b: 1 }],
    ]);
  });

  it.each([
    ['{"AND":', '}'],
    ['[', ']'],
    ['{"a":[', ']}'],
  ])('are at most 64, however deep the value is: %s…', (open, close) => {
    const perPart = open.split(/[{[]/).length - 1;
    expect(count(nested(Math.floor(63 / perPart) + 1, open, close))).toBeLessThanOrEqual(64);
    expect(() => count(nested(65, open, close))).toThrow(tooDeep);
    expect(() => count(nested(100_000, open, close))).toThrow(tooDeep);
  });

  it('are 64 at most, and not one more', () => {
    expect(count(nested(64, '[', ']'))).toBe(64);
    expect(() => count(nested(65, '[', ']'))).toThrow(tooDeep);
  });

  it('do not include those of an excluded part', () => {
    const deep = nested(1000, '[', ']');
    expect(count({ params: { arguments: deep, name: 'x' } }, deep)).toBe(2);
  });
});
