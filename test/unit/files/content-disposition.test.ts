import { toContentDisposition } from '../../../src/files/file-headers.js';

describe('a Content-Disposition', () => {
  it.each([
    ['report.csv', 'attachment; filename="report.csv"'],
    ["it's (1) *.csv", `attachment; filename="it's (1) *.csv"`],
    ['größe.csv', `attachment; filename="gr__e.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv`],
    ['数🙂.csv', `attachment; filename="__.csv"; filename*=UTF-8''%E6%95%B0%F0%9F%99%82.csv`],
    [
      '"; filename=evil.exe',
      `attachment; filename="_; filename=evil.exe"; filename*=UTF-8''%22%3B%20filename%3Devil.exe`,
    ],
    ['50%41.csv', `attachment; filename="50_41.csv"; filename*=UTF-8''50%2541.csv`],
    [`é'(*)!`, `attachment; filename="_'(*)!"; filename*=UTF-8''%C3%A9%27%28%2A%29%21`],
  ])('gives every client the name %s', (name, header) => {
    expect(toContentDisposition('attachment', name)).toBe(header);
  });

  it.each([
    ['a line break', 'a\r\nSet-Cookie: b', 'a__Set-Cookie: b'],
    ['controls', 'a\0\x07\x7f\x85b', 'a____b'],
    ['marks that turn the writing', 'photo\u202egnp.exe', 'photo_gnp.exe'],
    ['line and paragraph separators', 'a\u2028\u2029b', 'a__b'],
    ['half a character', 'a\ud800b', 'a_b'],
    ['folders', '../..\\etc/passwd', '.._.._etc_passwd'],
    ['nothing but dots', '..', 'file'],
    ['nothing', '', 'file'],
  ])('makes a name harmless that has %s', (_what, name, shown) => {
    expect(toContentDisposition('inline', name)).toBe(`inline; filename="${shown}"`);
  });

  it('contains only ASCII without controls, whatever the name', () => {
    for (let code = 0; code < 0x3000; code++) {
      expect(toContentDisposition('inline', `a${String.fromCharCode(code)}b`)).toMatch(
        /^inline; filename="[^"\\]*"(; filename\*=UTF-8''[A-Za-z0-9!._~%-]*)?$/,
      );
      expect(toContentDisposition('inline', `a${String.fromCharCode(code)}b`)).toMatch(/^[\x20-\x7e]*$/);
    }
  });
});
