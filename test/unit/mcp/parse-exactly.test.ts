import { parseExactly } from '../../../src/mcp/parse-exactly.js';

describe('parseExactly', () => {
  it.each([
    ['1.50', 1.5],
    ['-0', -0],
    ['0.0000001', 1e-7],
    ['1e3', 1000],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['123456789012345', 123456789012345],
    ['9007199254740992', 9007199254740992],
    ['1000000000000000000000', 1e21],
    ['0.1000000000000000000', 0.1],
  ])('keeps %s a number', (text, value) => {
    expect(parseExactly(text)).toBe(value);
  });

  it.each([
    '9007199254740993',
    '-12345678901234567890.50',
    '0.12345678901234567',
    '1e400',
    '1e-400',
    '123456789012345678',
  ])('makes %s a string', (text) => {
    expect(parseExactly(`[${text}]`)).toEqual([text]);
  });

  it('does not change strings', () => {
    const value = { a: ['9007199254740993', 'x "12345678901234567890" \\', '\\"'], '12345678901234567890': 'é😀' };
    expect(parseExactly(JSON.stringify(value))).toEqual(value);
  });
});
