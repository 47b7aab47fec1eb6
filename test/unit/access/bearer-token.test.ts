import { bearerToken } from '../../../src/access/tokens/bearer-token.js';
import type { GatewayError } from '../../../src/errors/gateway-error.js';

function reasonFor(...rawHeaders: string[]): string {
  try {
    return `accepted ${bearerToken(rawHeaders)}`;
  } catch (error) {
    return (error as GatewayError).reason;
  }
}

describe('The bearer token of a request', () => {
  it('follows the scheme in the Authorization header', () => {
    expect(bearerToken(['Host', 'a', 'Authorization', 'Bearer abc.def-_~+/.ghi=='])).toBe('abc.def-_~+/.ghi==');
  });

  it.each(['bearer abc', 'BEARER abc', 'Bearer   abc'])(
    'comes after the scheme in any case and with any spacing: "%s"',
    (value) => {
      expect(bearerToken(['authorization', value])).toBe('abc');
    },
  );

  it.each<[string, string[]]>([
    ['there is no Authorization header', ['Host', 'Authorization', 'Authorisation', 'Bearer abc']],
    ['the scheme is Basic', ['Authorization', 'Basic YTpi']],
    ['the scheme only begins with Bearer', ['Authorization', 'BearerToken abc']],
    ['a tab stands for the space', ['Authorization', 'Bearer\tabc']],
  ])('counts as missing when %s', (_case, rawHeaders) => {
    expect(reasonFor(...rawHeaders)).toBe('MISSING_AUTHENTICATION');
  });

  it.each<[string, string[]]>([
    ['two different headers', ['Authorization', 'Bearer a', 'Authorization', 'Bearer b']],
    ['the same header twice, in two cases', ['Authorization', 'Bearer a', 'AUTHORIZATION', 'Bearer a']],
    ['a bearer header and a basic one', ['Authorization', 'Bearer a', 'authorization', 'Basic YTpi']],
    ['two tokens in one header', ['Authorization', 'Bearer a, Bearer b']],
    ['an empty header', ['Authorization', '']],
    ['a scheme without a token', ['Authorization', 'Bearer']],
    ['a scheme and a space', ['Authorization', 'Bearer ']],
    ['a space before the scheme', ['Authorization', ' Bearer abc']],
    ['something after the token', ['Authorization', 'Bearer abc def']],
    ['a line break in the token', ['Authorization', 'Bearer abc\ndef']],
    ['letters outside ASCII', ['Authorization', 'Bearer abcé']],
    ['a quoted token', ['Authorization', 'Bearer "abc"']],
    ['100 KB', ['Authorization', `Bearer ${'a'.repeat(102_400)}`]],
    ['one byte more than 8 KB', ['Authorization', `Bearer ${'a'.repeat(8193)}`]],
  ])('makes the request fail with INVALID_TOKEN for %s', (_case, rawHeaders) => {
    expect(reasonFor(...rawHeaders)).toBe('INVALID_TOKEN');
  });

  it('passes at exactly 8 KB', () => {
    expect(bearerToken(['Authorization', `Bearer ${'a'.repeat(8192)}`])).toHaveLength(8192);
  });
});
