// Descriptions of request and response headers in the OpenAPI document.

import type { ErrorStatus } from './error-statuses.js';
import type { JsonSchema } from './operation.js';

const text = { type: 'string' };
const header = (description: string, schema: JsonSchema = text): JsonSchema => ({ ...schema, description });

const everywhere = {
  'X-Request-Id': header('The id of the request in the log: the id that was sent, or a new one.'),
  'Cache-Control': header('Whether, and for how long, caches may store the response.'),
  'RateLimit-Policy': header(
    'For a caller with a rate limit: the maximum number of points, and the seconds in which that number is added.',
  ),
  RateLimit: header(
    'For a caller with a rate limit: the points left, and the seconds until the maximum is reached again.',
  ),
  'X-Content-Type-Options': header('Browsers must not guess another media type.', { type: 'string', const: 'nosniff' }),
};

const etag = { ETag: header('The entity tag of this version, for If-None-Match.') };
const byteHeaders = {
  ...etag,
  'Content-Length': header('The number of bytes.', { type: 'integer' }),
  'Content-Disposition': header('Whether a browser should display or save the file, and its name.'),
  'Content-Security-Policy': header('Restricts what the file can do when a browser displays it.'),
  'Cross-Origin-Resource-Policy': header('Which pages may embed the file.'),
  'Referrer-Policy': header('Browsers do not send a signed link as the referrer.'),
};

const byStatus: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  206: { ...byteHeaders, 'Content-Range': header('The range of these bytes, and the size of the file.') },
  302: {
    Location: header('The URL of the bytes.', { type: 'string', format: 'uri' }),
    'Referrer-Policy': byteHeaders['Referrer-Policy'],
  },
  304: etag,
  416: { ...etag, 'Content-Range': header('The size of the file in bytes.') },
};

const byErrorStatus: { readonly [Status in ErrorStatus]?: Readonly<Record<string, JsonSchema>> } = {
  401: { 'WWW-Authenticate': header('`Bearer`, with the error of the token if one was sent.') },
  415: { 'Accept-Encoding': header('The supported encodings of a body.') },
  429: { 'Retry-After': header('The number of seconds to wait before a retry.', { type: 'integer' }) },
  503: { 'Retry-After': header('The number of seconds to wait before a retry.', { type: 'integer' }) },
};

/** @param operationHeaders additional headers of the response */
export function headersOfResponse(status: string, isBytes: boolean, operationHeaders: object = {}): JsonSchema {
  return {
    ...everywhere,
    ...(isBytes && status === '200' ? byteHeaders : {}),
    ...byStatus[status],
    ...operationHeaders,
  };
}

export function headersOfError(status: ErrorStatus): JsonSchema {
  return { ...everywhere, ...byErrorStatus[status] };
}

/** Returns the request headers that apply, given the operation's possible responses. */
export function requestHeaders(
  statuses: readonly string[],
  mediaTypes: readonly string[],
): Readonly<Record<string, JsonSchema>> {
  return {
    ...(statuses.includes('304') && {
      'If-None-Match': header('Entity tags that the client has. The response is 304 if one of them is still current.'),
    }),
    ...(statuses.includes('206') && {
      Range: header('The requested bytes, such as `bytes=0-1023`.'),
      'If-Range': header('An entity tag. If it is no longer current, the whole file is returned.'),
    }),
    ...(mediaTypes.includes('text/event-stream') && {
      'Last-Event-ID': header('For an event stream: resumes after this cursor.'),
    }),
  };
}
