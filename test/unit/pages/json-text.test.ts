// JSON as pages show it, exactly as it was written.

import { indentJson } from '../../../src/pages/shared/json/indent-json.js';
import { memberOf, parseJson, plainText } from '../../../src/pages/shared/json/json-tree.js';

const digits = '1234567890123456789012345678901234567890.5000';
const written = `{"b":${digits},"10":1.00,"2":1E+2,"__proto__":{"a":[]},"b":"\\u0041\\"{,:","e":"😀 <b>","n":null,"t":[true,{}]}`;

describe('JSON on lines', () => {
  it('keeps every digit, every escape and every name in its place', () => {
    expect(indentJson(written)).toBe(`{
  "b": ${digits},
  "10": 1.00,
  "2": 1E+2,
  "__proto__": {
    "a": []
  },
  "b": "\\u0041\\"{,:",
  "e": "😀 <b>",
  "n": null,
  "t": [
    true,
    {}
  ]
}`);
  });

  it('looks like that of JSON.stringify where no digit is at stake', () => {
    const value = { a: [1, [2, { b: 'c, "d": [' }]], e: {}, f: [], g: [[], {}] };
    expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(indentJson(JSON.stringify(value, null, 4))).toBe(JSON.stringify(value, null, 2));
  });

  it('takes a string of 5 MB', () => {
    const text = `{"a":"${'x\\n'.repeat(1_750_000)}"}`;
    expect(indentJson(text)).toHaveLength(text.length + '\n  '.length + ' '.length + '\n'.length);
  });
});

describe('the tree of a JSON text', () => {
  const tree = parseJson(written)!;

  it('keeps the order of names, with those that an object would move or swallow', () => {
    expect(tree.members.map(({ name }) => name)).toEqual(['b', '10', '2', '__proto__', 'b', 'e', 'n', 't']);
  });

  it('keeps values as they were written', () => {
    expect(memberOf(tree, 'b')).toMatchObject({ kind: 'number', text: digits });
    expect(memberOf(tree, '10')!.text).toBe('1.00');
    expect(memberOf(tree, 't')).toMatchObject({ kind: 'array', text: '[true,{}]' });
    expect(plainText(tree.members[4]!.value)).toBe('A"{,:');
    expect(plainText(memberOf(tree, '10')!)).toBe('1.00');
  });

  it.each(['', '{', '{"a":1,}', '// a\n1', 'nonsense', '{} {}'])(
    'stays undefined where the text is not JSON: %j',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );
});
