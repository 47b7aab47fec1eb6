// Kinds of failures in links of earlier versions.

import { namedFailures } from '../../../src/pages/runs/filters/value-filter.js';

const changesOf = (is: string, search = '') => {
  const params = new URLSearchParams(search);
  params.set('is', is);
  return namedFailures(params);
};

describe('a kind of failure as a value', () => {
  it('becomes the filter by kinds of failures', () => {
    expect(changesOf('failure="Refused: #:#"')).toEqual({ is: '', failure: ['Refused: #:#'] });
  });

  it('joins other kinds, and leaves other values', () => {
    expect(changesOf('response/a="x & y" & failure="a & b" & user=null', 'failure=old')).toEqual({
      is: 'response/a="x & y" & user=null',
      failure: ['old', 'a & b'],
    });
  });

  it.each(['failure=null', 'failure="', 'response/failure="x"', 'reason="x"'])('is none of %j', (is) => {
    expect(changesOf(is)).toBeUndefined();
  });
});
