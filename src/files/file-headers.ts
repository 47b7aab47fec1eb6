// Headers of a file's response. They restrict what browsers do with untrusted bytes on this origin.

const name = '[A-Za-z0-9][\\w!#$&^.+-]*';
const parameter = `[ \\t]*;[ \\t]*${name}=(?:${name}|"[\\w !#$%&'()*+,./:;<=>?@^\`{|}~-]*")`;
const mediaTypePattern = new RegExp(`^${name}/${name}(?:${parameter})*$`);

/** Returns the recorded type as a header value, or `application/octet-stream` if it is not a media type. */
export function toContentType(recorded: string): string {
  if (!mediaTypePattern.test(recorded)) return 'application/octet-stream';
  const isTextWithoutCharset = /^text\//i.test(recorded) && !/;[ \t]*charset=/i.test(recorded);
  return isTextWithoutCharset ? `${recorded}; charset=utf-8` : recorded;
}

/** Allows no fetches except that of the file itself, which audio and video players request again. */
const strictPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'";

/**
 * Types that the browser itself plays or renders and that cannot contain scripts. In a sandbox, Chromium does not play
 * audio or video, and Safari does not show PDFs. A `+` is excluded, because types that end in `+xml` are documents.
 */
const playableTypes = /^(?:application\/pdf|(?:audio|video)\/[\w.-]+)(?:[ \t]*;|$)/i;

/** Returns the Content-Security-Policy for a file of this type. HTML and SVG get no scripts, forms or origin. */
export function contentSecurityPolicyOf(contentType: string): string {
  return playableTypes.test(contentType) ? strictPolicy : `sandbox; ${strictPolicy}`;
}

/**
 * Returns the Content-Disposition of a file (RFC 6266). Path separators and characters that disguise a name (controls,
 * marks that change the writing direction) become `_`. Non-ASCII characters go into `filename*` (RFC 8187).
 * @param asciiName for clients that do not support `filename*`; by default the name with `_` for other characters
 */
export function toContentDisposition(type: 'attachment' | 'inline', name: string, asciiName?: string): string {
  const sanitized = name.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}/\\]/gu, '_');
  const visibleName = /^[. ]*$/.test(sanitized) ? 'file' : sanitized;
  // Some browsers decode percent signs in `filename`, so it must not contain any.
  const fallback = (asciiName ?? visibleName).replace(/[^\x20-\x7e]|["%]/gu, '_');
  const plain = `${type}; filename="${fallback}"`;
  return fallback === visibleName ? plain : `${plain}; filename*=UTF-8''${percentEncode(visibleName)}`;
}

/**
 * Percent-encodes everything except RFC 3986's unreserved characters. `encodeURIComponent` leaves five more characters
 * unencoded.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
