// Lines of the table for spreadsheets.

import { csvLine, spreadsheetTime } from '../../../src/pages/runs/export/csv.js';

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

describe('a time in a spreadsheet', () => {
  it('has no zone and no fraction, which Excel would read as text', () => {
    expect(spreadsheetTime('2026-11-29T23:56:31.376000Z')).toBe('2026-11-29 23:56:31');
  });
});
