import { RawJson, stringifyJson } from '../../../src/json/raw-json.js';

describe('raw JSON', () => {
  it.each(['{"a": 1.00}', '"text"', '12345678901234567890.10', 'null', '[]', '{"__proto__": {"$&": "$1"}}'])(
    'goes out as the text that came in: %s',
    (text) => {
      expect(stringifyJson({ before: 1, raw: new RawJson(text), after: [new RawJson(text), null] })).toBe(
        `{"before":1,"raw":${text},"after":[${text},null]}`,
      );
    },
  );
  it('forms a whole response, too', () => {
    expect(stringifyJson(new RawJson('[1, 2]'))).toBe('[1, 2]');
  });
  it('leaves values without any as JSON.stringify writes them', () => {
    const value = { text: 'raw-json:', list: [1, 'ü', null, undefined], date: new Date(0), gone: undefined };
    expect(stringifyJson(value)).toBe(JSON.stringify(value));
  });
  it('serializes by JSON.stringify like an ordinary value', () => {
    expect(JSON.parse(JSON.stringify({ raw: new RawJson('{"a": [1]}') }))).toEqual({ raw: { a: [1] } });
  });
  it('stays apart from the next response when one cannot be written', () => {
    const broken = { raw: new RawJson('1'), circle: {} as object };
    broken.circle = broken;
    expect(() => stringifyJson(broken)).toThrow(TypeError);
    expect(stringifyJson({ raw: new RawJson('2') })).toBe('{"raw":2}');
    expect(JSON.stringify(new RawJson('3'))).toBe('3');
  });
});
