// What browsers may do with untrusted bytes that are shown on this origin.

const name = '[A-Za-z0-9][\\w!#$&^.+-]*';
const parameter = `[ \\t]*;[ \\t]*${name}=(?:${name}|"[\\w !#$%&'()*+,./:;<=>?@^\`{|}~-]*")`;
const mediaTypePattern = new RegExp(`^${name}/${name}(?:${parameter})*$`);

/** The recorded type as a header may carry it; what does not look like a type is just bytes. */
export function toContentType(recorded: string): string {
  if (!mediaTypePattern.test(recorded)) return 'application/octet-stream';
  const isTextWithoutCharset = /^text\//i.test(recorded) && !/;[ \t]*charset=/i.test(recorded);
  return isTextWithoutCharset ? `${recorded}; charset=utf-8` : recorded;
}

/** Nothing is fetched but the file itself, which audio and video players request once more. */
const strictPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'";

/**
 * Played or drawn by the browser itself, never a document with scripts. In a sandbox Chromium plays no audio or video
 * and Safari shows no PDF. A `+` is excluded: what ends in `+xml` is a document, whatever it begins with.
 */
const playableTypes = /^(?:application\/pdf|(?:audio|video)\/[\w.-]+)(?:[ \t]*;|$)/i;

/** The Content-Security-Policy for a file of this type: without script, form or origin, HTML and SVG only look. */
export function contentSecurityPolicyOf(contentType: string): string {
  return playableTypes.test(contentType) ? strictPolicy : `sandbox; ${strictPolicy}`;
}
