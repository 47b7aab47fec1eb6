import { stringifyDeep } from '../../../src/json/stringify-deep.js';

const nested = (levels: number, inside: string) => `${'[{"a":['.repeat(levels)}${inside}${']}]'.repeat(levels)}`;

describe('the text of JSON of any depth', () => {
  it.each(['null', '{}', '[]', '"a\\"b"', '{"a":1,"b":[true,null,{"ü\\n":-1.5}],"__proto__":"c"}'])(
    'is that of JSON.stringify: %s',
    (inside) => {
      expect(stringifyDeep(JSON.parse(inside))).toBe(inside);
      const deep = nested(50_000, `${inside},"😀",[${inside},${inside}]`);
      expect(stringifyDeep(JSON.parse(deep)) === deep).toBe(true);
    },
  );

  it('fails for what JSON.stringify fails for', () => {
    expect(() => stringifyDeep({ a: 1n })).toThrow(TypeError);
  });
});
