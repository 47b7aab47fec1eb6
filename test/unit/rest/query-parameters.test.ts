import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { hasCommas, readQueryParameters } from '../../../src/rest/openapi/query-parameters.js';

const schemas = { inline: { type: 'boolean' }, page_limit: { type: 'integer' } };
const lists = { ids: { type: 'array' }, page_limit: { type: 'integer' } };
const read = (query: Record<string, unknown>) => {
  readQueryParameters(query, schemas);
  return query;
};
const detailOf = (query: Record<string, unknown>, of: Parameters<typeof readQueryParameters>[1] = schemas) => {
  try {
    readQueryParameters(query, of);
    return undefined;
  } catch (error) {
    const { extensions } = error as GatewayError;
    expect(extensions).toMatchObject({ reason: 'VALIDATION_FAILED', status: 422 });
    return extensions.detail;
  }
};

describe('a boolean in a query', () => {
  it.each([
    ...['true', 'True', 'TRUE', 'tRuE', '1', 't', 'T', 'yes', 'Yes', 'YES', 'y', 'Y', 'on', 'On', 'ON'].map(
      (word) => [word, true] as const,
    ),
    ...['false', 'False', 'FALSE', 'fAlSe', '0', 'f', 'F', 'no', 'No', 'NO', 'n', 'N', 'off', 'Off', 'OFF'].map(
      (word) => [word, false] as const,
    ),
  ])('%s is %s', (word, value) => {
    expect(read({ inline: word })).toEqual({ inline: value });
  });

  it.each<unknown>([
    ...['', ' ', 'true ', ' true', 'truee', 'tru', 'wahr', 'ja', 'nein', 'ye', 'yess', 'yep', 'nope', 'of', 'onn'],
    ...[
      '2',
      '-1',
      '10',
      '00',
      '01',
      '1.0',
      '0.0',
      '+1',
      'null',
      'none',
      'None',
      'nil',
      'undefined',
      '"true"',
      "'true'",
    ],
    ...['⊤', 'ｔｒｕｅ', 'İ', ['true', 'false'], ['1', '1']],
  ])('fails with the accepted words: %j', (inline) => {
    expect(detailOf({ inline })).toEqual([
      {
        loc: ['query', 'inline'],
        msg: expect.stringMatching(/^must be true /),
        type: 'bool_parsing',
      },
    ]);
  });

  it('stays undefined where it is not given, and leaves other parameters unchanged', () => {
    expect(read({ page_limit: 'yes' })).toEqual({ page_limit: 'yes' });
  });
});

describe('a list in a query', () => {
  it.each<[Record<string, unknown>, readonly string[]]>([
    [{ ids: 'a,b' }, ['a', 'b']],
    [{ ids: ['a', 'b,c'] }, ['a', 'b', 'c']],
    [{ 'ids[]': 'a' }, ['a']],
    [{ 'ids[]': ['a', 'b,c'] }, ['a', 'b', 'c']],
    [{ 'ids[]': 'b', ids: 'a' }, ['a', 'b']],
  ])('is separated by commas or repeated, with brackets or without: %j', (query, ids) => {
    readQueryParameters(query, lists);
    expect(query).toEqual({ ids });
  });

  it('keeps the commas of texts that may contain some', () => {
    const query = { texts: ['a, b', 'c'], 'texts[]': 'd,e' };
    readQueryParameters(query, { texts: { type: 'array', [hasCommas]: true } });
    expect(query).toEqual({ texts: ['a, b', 'c', 'd,e'] });
  });

  it('are the only names that may have brackets', () => {
    expect(detailOf({ 'ids[]': 'a', 'page_limit[]': '1', 'other[]': 'x', '[]': 'y', 'ids[0]': 'z' }, lists)).toEqual(
      ['page_limit[]', 'other[]', '[]', 'ids[0]'].map((name) => ({
        loc: ['query', name],
        msg: 'is not a parameter: the parameters are ids, page_limit',
        type: 'extra_forbidden',
      })),
    );
  });
});

describe('a parameter that a route does not have', () => {
  it('fails by its name, with all others and the list of those that exist', () => {
    expect(detailOf({ page_limit: '1', pageLimit: '1', __proto__x: '', constructor: 'x' })).toEqual(
      ['pageLimit', '__proto__x', 'constructor'].map((name) => ({
        loc: ['query', name],
        msg: 'is not a parameter: the parameters are inline, page_limit',
        type: 'extra_forbidden',
      })),
    );
  });

  it('fails by its name on a route without parameters', () => {
    expect(detailOf({ x: '' }, {})).toEqual([
      { loc: ['query', 'x'], msg: 'is not a parameter: the operation has no parameters', type: 'extra_forbidden' },
    ]);
  });

  it('fails among fifty at most', () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`x${index}`, '']));
    expect(detailOf(many)).toHaveLength(50);
  });
});
