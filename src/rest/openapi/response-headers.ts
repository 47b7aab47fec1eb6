// The headers of requests and responses, as the OpenAPI document describes them.

import type { ErrorStatus } from './error-statuses.js';
import type { JsonSchema } from './operation.js';

const text = { type: 'string' };
const header = (description: string, schema: JsonSchema = text): JsonSchema => ({ description, schema });

const everywhere = {
  'X-Request-Id': header('What the log has the request under: the one that was sent, or a new one.'),
  'Cache-Control': header('How long the response may be kept, and by whom.'),
  'RateLimit-Policy': header('Of a caller with a rate limit: points at once, and seconds in which as many come.'),
  RateLimit: header('Of a caller with a rate limit: points that are left, and seconds until all are there.'),
  'X-Content-Type-Options': header('Browsers take the media type as it is.', { type: 'string', const: 'nosniff' }),
};

const etag = { ETag: header('The entity tag of this version, for If-None-Match.') };
const byteHeaders = {
  ...etag,
  'Content-Length': header('The number of bytes.', { type: 'integer' }),
  'Content-Disposition': header('Whether a browser should show or save the file, and its name.'),
  'Content-Security-Policy': header('What a browser that shows the file lets it do: next to nothing.'),
  'Cross-Origin-Resource-Policy': header('Which pages may embed it.'),
  'Referrer-Policy': header('A signed link is not passed on.'),
};

const byStatus: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  206: { ...byteHeaders, 'Content-Range': header('Which bytes of how many these are.') },
  302: {
    Location: header('Where the bytes are.', { type: 'string', format: 'uri' }),
    'Referrer-Policy': byteHeaders['Referrer-Policy'],
  },
  304: etag,
  416: { ...etag, 'Content-Range': header('How many bytes there are.') },
};

const byErrorStatus: { readonly [Status in ErrorStatus]?: Readonly<Record<string, JsonSchema>> } = {
  401: { 'WWW-Authenticate': header('`Bearer`, and what is wrong with a token that was sent.') },
  415: { 'Accept-Encoding': header('Encodings that a body may have.') },
  429: { 'Retry-After': header('Seconds after which trying again makes sense.', { type: 'integer' }) },
  503: { 'Retry-After': header('Seconds after which trying again makes sense.', { type: 'integer' }) },
};

/** @param operationHeaders those that its response has beside them */
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

/** Headers that a request may have, by what the operation can respond. */
export function requestHeaders(statuses: readonly string[], mediaTypes: readonly string[]): JsonSchema[] {
  const parameter = (name: string, description: string): JsonSchema => ({
    ...{ name, in: 'header', required: false },
    ...{ description, schema: text },
  });
  return [
    ...(statuses.includes('304')
      ? [parameter('If-None-Match', 'Entity tags that the client has: 304 if one is still current.')]
      : []),
    ...(statuses.includes('206')
      ? [
          parameter('Range', 'The bytes that are wanted, as in `bytes=0-1023`.'),
          parameter('If-Range', 'The whole file unless this is still its entity tag.'),
        ]
      : []),
    ...(mediaTypes.includes('text/event-stream')
      ? [parameter('Last-Event-ID', 'Of a stream of events: resumes behind this cursor.')]
      : []),
  ];
}
