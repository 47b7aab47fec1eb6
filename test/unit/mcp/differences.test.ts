import { differencesBetween } from '../../../src/mcp/differences.js';

describe('differences', () => {
  it.each([
    [1, 1, []],
    [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ pointer: '/r/a', run: 1, other: 2 }]],
    [{ a: null }, {}, [{ pointer: '/r/a', run: null, other: undefined }]],
    [[1, [2]], [1, { 0: 2 }], [{ pointer: '/r/1', run: [2], other: { 0: 2 } }]],
    [
      [1, 2, 3],
      [1],
      [
        { pointer: '/r/1', run: 2, other: undefined },
        { pointer: '/r/2', run: 3, other: undefined },
      ],
    ],
    [{ 'a/b~': 1 }, { 'a/b~': 2 }, [{ pointer: '/r/a~1b~0', run: 1, other: 2 }]],
    [JSON.parse('{"__proto__": 1}'), {}, [{ pointer: '/r/__proto__', run: 1, other: undefined }]],
    ['x', { a: 1 }, [{ pointer: '/r', run: 'x', other: { a: 1 } }]],
  ])('between %j and %j are %j', (run, other, expected) => {
    expect([...differencesBetween(run, other, '/r')]).toEqual(expected);
  });

  it('appear at any depth', () => {
    const deep = (end: unknown) => JSON.parse(`${'['.repeat(20_000)}${end}${']'.repeat(20_000)}`);
    expect([...differencesBetween(deep(1), deep(2), '')]).toHaveLength(1);
  });
});
