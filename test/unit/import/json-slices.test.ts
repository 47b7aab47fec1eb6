import fc from 'fast-check';
import { sliceChildren } from '../../../src/import/json-slices.js';

const elementsOf = (text: string) => [...sliceChildren(sliceChildren(text).get('results')!).values()];

describe('the elements of an array in JSON', () => {
  it.each([
    ['{"results":[]}', []],
    ['{"results":[ ]}', []],
    ['{"results":null}', []],
    ['{"other":[1],"results":[2]}', ['2']],
    ['{"a":{"results":[1]},"b":"results","results":[2],"c":[3]}', ['2']],
    [
      '{"results":[{"n":1.000},12345678901234567890,[1,[2]],"a,]}\\"","\\\\",null]}',
      ['{"n":1.000}', '12345678901234567890', '[1,[2]]', '"a,]}\\""', '"\\\\"', 'null'],
    ],
    ['{ "results" : [ 1 , 2\n] }', ['1', '2']],
    ['{"\\u0072esults":[1]}', ['1']],
  ])('equal the texts in %s', (text, slices) => {
    expect(elementsOf(text)).toEqual(slices);
  });

  it('belong to the last of two members of one name', () => {
    expect(elementsOf('{"results":[1],"results":[2]}')).toEqual(['2']);
  });

  it('equal those that JSON.parse finds in any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), fc.jsonValue(), (before, results, after) => {
        const text = JSON.stringify({ before, results, after }, null, 1);
        expect(elementsOf(text).map((slice) => JSON.parse(slice))).toEqual(JSON.parse(text).results);
      }),
      { seed: 1 },
    );
  });
});
