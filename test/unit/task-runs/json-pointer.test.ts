import { parsePointer } from '../../../src/json/parse-pointer.js';
import { pointerKey, toPointerParameter, toPointerValues } from '../../../src/task-runs/columns/json-pointer.js';

describe('a JSON Pointer', () => {
  it.each([
    ['', []],
    ['/', ['']],
    ['/a/0/ä b', ['a', '0', 'ä b']],
    ['/a~1b/~0~01', ['a/b', '~~1']],
    ['//', ['', '']],
    [`/${'a'.repeat(999)}`, ['a'.repeat(999)]],
  ])('%j leads through %j', (pointer, tokens) => {
    expect(parsePointer(pointer)).toEqual(tokens);
  });

  it.each(['a', '#/a', '/~', '/~2', '/a~', '/\0', '/\ud800', `/${'a'.repeat(1000)}`])('rejects %j', (text) => {
    expect(parsePointer(text)).toBeNull();
  });
});

describe('pointers', () => {
  it('give the database the column, the path, and the names that are not array indexes', () => {
    const pointers = [
      { source: 'response', pointer: '/a/01' },
      { source: 'submitted', pointer: '/0' },
      { source: 'runDataAt', pointer: '/-1/x' },
    ] as const;
    expect(JSON.parse(toPointerParameter(pointers)!)).toEqual([
      { column: 'response', path: ['a', '01'], noArrays: [1] },
      { column: 'run_data', path: ['submitted', '0'], noArrays: [] },
      { column: 'run_data', path: ['-1', 'x'], noArrays: [0] },
    ]);
    expect(toPointerParameter([])).toBeNull();
  });

  it('hardly grow as parameters, however many of their names are not array index', () => {
    const pointer = '/-1'.repeat(333);
    expect(toPointerParameter([{ source: 'response', pointer }])!.length).toBeLessThan(4 * pointer.length);
  });

  it('return values under their keys; null where there is nothing', () => {
    const pointers = (['/a', '/b', '/c'] as const).map((pointer) => ({ source: 'response', pointer }) as const);
    const pointerValues = toPointerValues(pointers, ['1.50', 'null', null]);
    expect(pointers.map((pointer) => pointerValues.get(pointerKey(pointer)))).toEqual(['1.50', 'null', null]);
  });
});
