import { contentSecurityPolicyOf, toContentType } from '../../../src/files/file-headers.js';

describe('a content type', () => {
  it.each([
    ['image/png', 'image/png'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', undefined],
    ['image/svg+xml', undefined],
    ['text/csv', 'text/csv; charset=utf-8'],
    ['TEXT/HTML', 'TEXT/HTML; charset=utf-8'],
    ['text/plain; charset=iso-8859-1', undefined],
    ['text/plain;Charset="utf-16"', undefined],
    ['text/csv; header=present', 'text/csv; header=present; charset=utf-8'],
    ['multipart/mixed; boundary="a b"', undefined],
  ])('%s is sent as recorded, text with its encoding', (recorded, answered = recorded) => {
    expect(toContentType(recorded)).toBe(answered);
  });

  it.each([
    '',
    'png',
    'image/',
    '/png',
    'image/png/x',
    '*/*',
    'text/html, image/png',
    'text/html\r\nSet-Cookie: a=b',
    'image/png;',
    'image/png; a',
    'image/png; a="b',
    'image/png; a="\u0007"',
    'text/größe',
    ' image/png',
    'image/png\n',
  ])('%j is not one, and its file is just bytes', (recorded) => {
    expect(toContentType(recorded)).toBe('application/octet-stream');
  });

  it('takes a single pass, however it is written: several would take hours', () => {
    for (const part of [';a=b', ' ', '; a="', ';\t', 'a;']) {
      expect(toContentType(`text/html${part.repeat(1_000_000)}\0`)).toBe('application/octet-stream');
    }
  });
});

describe('the content security policy of a file', () => {
  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'audio/x+xml',
    'video/mp4+xml; a=b',
    'application/pdfx',
    'application/pdf+xml',
    'text/plain; a="application/pdf"',
    'image/png',
    'application/octet-stream',
  ])('sandboxes %s', (contentType) => {
    expect(contentSecurityPolicyOf(contentType)).toMatch(/^sandbox; default-src 'none'/);
  });

  it.each(['application/pdf', 'Application/PDF; a=b', 'audio/wav', 'video/mp4'])(
    'lets the browser play %s, and nothing else',
    (contentType) => {
      expect(contentSecurityPolicyOf(contentType)).toMatch(/^default-src 'none'; .*media-src 'self'$/);
    },
  );

  it('never allows a script, a form or another origin', () => {
    for (const contentType of ['text/html', 'audio/wav']) {
      expect(contentSecurityPolicyOf(contentType)).not.toMatch(/allow-|script-src|form-action|https?:|\*/);
    }
  });
});
