// Lines of the table for spreadsheets.

import { csvLine } from '../../../src/pages/runs/export/csv.js';

describe('a line of CSV', () => {
  it.each([
    [['a', 1, null, undefined, ''], 'a,1,,,'],
    [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"'],
    [['=1+2', '+49', '-x', '@cmd', -3, '-3.50'], "'=1+2,'+49,'-x,'@cmd,-3,-3.50"],
    [['Müller', '漢'], 'Müller,漢'],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });
});
