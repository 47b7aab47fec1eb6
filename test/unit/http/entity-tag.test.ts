import { entityTagOf, isKnownVersion } from '../../../src/http/entity-tag.js';

describe('the condition If-None-Match', () => {
  it.each([
    ['"abc"', '"abc"'],
    ['"abc"', 'W/"abc"'],
    ['W/"abc"', '"abc"'],
    ['"x", W/"abc" ,"y"', '"abc"'],
    ['"x","abc"', 'W/"abc"'],
    ['*', '"abc"'],
    [' * ', undefined],
  ])('%j has the version %j', (header, etag) => {
    expect(isKnownVersion(header, etag)).toBe(true);
  });

  it.each([
    [undefined, '"abc"'],
    ['', '"abc"'],
    ['"abcd"', '"abc"'],
    ['"zabc"', '"abc"'],
    ['abc', '"abc"'],
    ['"ABC"', '"abc"'],
    ['"abc"', undefined],
    ['"*"', '"abc"'],
  ])('%j does not have the version %j', (header, etag) => {
    expect(isKnownVersion(header, etag)).toBe(false);
  });

  it('has the version of a text by the tag that was made of it', () => {
    expect(isKnownVersion(`"x", ${entityTagOf('text')}`, entityTagOf('text'))).toBe(true);
    expect(isKnownVersion(entityTagOf('text'), entityTagOf('other'))).toBe(false);
  });
});
