import { percentEncode } from './percent-encoding.js';

/**
 * Returns the Content-Disposition of a file (RFC 6266). Path separators and characters that disguise a name (controls,
 * marks that change the direction of writing) become `_`. Characters beyond ASCII go into `filename*` (RFC 8187).
 */
export function toContentDisposition(type: 'attachment' | 'inline', name: string): string {
  const sanitized = name.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}/\\]/gu, '_');
  const visibleName = /^[. ]*$/.test(sanitized) ? 'file' : sanitized;
  // Some browsers decode percent signs in `filename`, so it must have none.
  const fallback = visibleName.replace(/[^\x20-\x7e]|["%]/gu, '_');
  const plain = `${type}; filename="${fallback}"`;
  return fallback === visibleName ? plain : `${plain}; filename*=UTF-8''${percentEncode(visibleName)}`;
}
