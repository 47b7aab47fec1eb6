// All errors of the gateway in one table: the `code` and `reason` for clients to switch on, the status that REST
// returns, the public message, and when the error is returned. No other module may define a code.

type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface CatalogueEntry {
  readonly code: string;
  /** The HTTP status of the REST response. GraphQL errors have it as `extensions.status`. */
  readonly status: number;
  readonly message: string;
  /** The condition in the public list of errors. Names of values are in backticks. */
  readonly when: string;
  readonly logLevel: LogLevel;
}

/** Errors for documents that a caller may not send, with the codes of Apollo's routers. */
export const documentCatalogue = {
  PERSISTED_QUERY_NOT_IN_LIST: {
    code: 'PERSISTED_QUERY_NOT_IN_LIST',
    status: 404,
    message: 'No trusted document has this id.',
    when: 'no trusted document has this id, and the caller may send only trusted documents',
    logLevel: 'info',
  },
  PERSISTED_QUERY_ID_REQUIRED: {
    code: 'PERSISTED_QUERY_ID_REQUIRED',
    status: 400,
    message: 'The gateway accepts only the ids of trusted documents, not their text.',
    when: 'the caller sent the text of a document, but may send only the ids of trusted documents',
    logLevel: 'info',
  },
  CANNOT_SEND_PQ_ID_AND_BODY: {
    code: 'CANNOT_SEND_PQ_ID_AND_BODY',
    status: 400,
    message: 'The request has both the id of a document and its text.',
    when: 'the request has both the id of a document and its text',
    logLevel: 'info',
  },
  QUERY_NOT_IN_SAFELIST: {
    code: 'QUERY_NOT_IN_SAFELIST',
    status: 403,
    message: 'The document is not a trusted document.',
    when: 'the document is not trusted, and the caller may send only trusted documents',
    logLevel: 'info',
  },
} as const satisfies Record<string, CatalogueEntry>;

export const catalogue = {
  MALFORMED_RESOURCE_IDENTIFIER: {
    code: 'BAD_REQUEST',
    status: 400,
    message: 'The identifier is not of the form 8-4-4-4-12 hexadecimal digits.',
    when: 'an id is not 8-4-4-4-12 hexadecimal digits',
    logLevel: 'debug',
  },
  MALFORMED_REQUEST: {
    code: 'BAD_REQUEST',
    status: 400,
    message: 'The request is malformed.',
    when: 'the HTTP request or its body is malformed: invalid JSON, UTF-8 or `Content-Encoding`',
    logLevel: 'debug',
  },
  MISSING_AUTHENTICATION: {
    code: 'UNAUTHENTICATED',
    status: 401,
    message: 'A bearer token is required.',
    when: 'the request has no bearer token',
    logLevel: 'info',
  },
  INVALID_TOKEN: {
    code: 'UNAUTHENTICATED',
    status: 401,
    message: 'The bearer token is invalid.',
    when: 'the signature, issuer, audience or form of the token is invalid; the cause is in the log',
    logLevel: 'info',
  },
  EXPIRED_TOKEN: {
    code: 'UNAUTHENTICATED',
    status: 401,
    message: 'The bearer token has expired.',
    when: 'the token has expired',
    logLevel: 'info',
  },
  PERMISSION_CHECK_FAILED: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'The caller does not have permission to access this resource.',
    when: 'the caller may not see the object, whether or not it exists',
    logLevel: 'info',
  },
  ORIGIN_NOT_ALLOWED: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'The `Origin` of the request is not allowed to call `/mcp`.',
    when: "the `Origin` of a request to `/mcp` is neither the gateway's own nor one of `CORS_ORIGINS`",
    logLevel: 'info',
  },
  INVALID_SIGNATURE: {
    code: 'FORBIDDEN',
    status: 403,
    message: 'The download link is invalid or has expired.',
    when: 'a download link was altered or has expired',
    logLevel: 'info',
  },
  TASK_RUN_NOT_FOUND: {
    code: 'NOT_FOUND',
    status: 404,
    message: 'Task run not found.',
    when: 'the run does not exist, and the caller could see it if it did',
    logLevel: 'debug',
  },
  SHARE_NOT_FOUND: {
    code: 'NOT_FOUND',
    status: 404,
    message: 'The link shows nothing. It is malformed, has expired or was revoked, or its run is no longer shared.',
    when: 'the token of a link to a run is malformed, unknown, expired or revoked, its run is gone, or its sharer may no longer share it',
    logLevel: 'debug',
  },
  FILE_NOT_FOUND: {
    code: 'NOT_FOUND',
    status: 404,
    message: 'File not found.',
    when: 'the run has no file with this name, or the file store does not have its bytes',
    logLevel: 'debug',
  },
  ROUTE_NOT_FOUND: {
    code: 'NOT_FOUND',
    status: 404,
    message: 'Nothing is served at this path.',
    when: 'nothing is served at this path',
    logLevel: 'debug',
  },
  ...documentCatalogue,
  METHOD_NOT_ALLOWED: {
    code: 'METHOD_NOT_ALLOWED',
    status: 405,
    message: 'The method is not allowed for this path.',
    when: 'the path does not support the method; `Allow` lists the methods that it supports',
    logLevel: 'debug',
  },
  NOT_ACCEPTABLE: {
    code: 'NOT_ACCEPTABLE',
    status: 406,
    message: 'None of the accepted media types can be produced.',
    when: 'the gateway cannot produce any media type in `Accept`',
    logLevel: 'debug',
  },
  REQUEST_TIMEOUT: {
    code: 'REQUEST_TIMEOUT',
    status: 408,
    message: 'The request was not received in time.',
    when: 'the request did not arrive in time; the connection is closed',
    logLevel: 'debug',
  },
  PAYLOAD_TOO_LARGE: {
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
    message: 'The request body is too large.',
    when: 'the body exceeds `MAX_BODY_BYTES`',
    logLevel: 'info',
  },
  URI_TOO_LONG: {
    code: 'URI_TOO_LONG',
    status: 414,
    message: 'The URL is longer than the gateway accepts.',
    when: 'the URL is longer than 8,192 bytes',
    logLevel: 'debug',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    status: 415,
    message: 'The media type or the content encoding of the request body is not supported.',
    when: 'the body is not `application/json`, or its `Content-Encoding` is neither `gzip` nor `identity`',
    logLevel: 'debug',
  },
  VALIDATION_FAILED: {
    code: 'UNPROCESSABLE_ENTITY',
    status: 422,
    message: 'A value in the request is invalid.',
    when: 'any other value is invalid or exceeds a limit; `detail` names it',
    logLevel: 'debug',
  },
  RESPONSE_TOO_LARGE: {
    code: 'UNPROCESSABLE_ENTITY',
    status: 422,
    message: 'The value is too large for the response. Select less, or a part of the value by its path.',
    when: 'the JSON of a field does not fit into the response; the field or its run is null',
    logLevel: 'info',
  },
  COST_ESTIMATED_TOO_EXPENSIVE: {
    code: 'COST_ESTIMATED_TOO_EXPENSIVE',
    status: 422,
    message: 'The estimated cost of the operation exceeds the maximum. Select fewer fields or fewer runs.',
    when: 'with `COST_MODE=enforce`, the estimated cost of the operation exceeds `MAX_COST`; nothing was executed',
    logLevel: 'info',
  },
  RATE_LIMITED: {
    code: 'RATE_LIMITED',
    status: 429,
    message: 'The caller has reached a limit. Try again later.',
    when: 'the caller has no points left, or has reached the limit on event streams, exports or operations of one WebSocket',
    logLevel: 'info',
  },
  CURSOR_EXPIRED: {
    code: 'CURSOR_EXPIRED',
    status: 422,
    message:
      'The cursor is older than a restore of the database, or than deletions that were forgotten. Read from the start, and delete local runs that are not returned.',
    when: 'a cursor of changes is older than a restore or than forgotten deletions: read from the start, and delete local runs that are not returned',
    logLevel: 'info',
  },
  HEADERS_TOO_LARGE: {
    code: 'HEADERS_TOO_LARGE',
    status: 431,
    message: 'The request headers are larger than the gateway accepts.',
    when: 'the request headers exceed 65,536 bytes',
    logLevel: 'debug',
  },
  UNREADABLE_VALUE: {
    code: 'UNPROCESSABLE_ENTITY',
    status: 422,
    message: 'A stored value is out of range for its field.',
    when: 'a stored value is out of range for the field',
    logLevel: 'warn',
  },
  INTERNAL_SERVER_ERROR: {
    code: 'INTERNAL_SERVER_ERROR',
    status: 500,
    message: 'An internal error occurred.',
    when: 'an unexpected error occurred; the details are only in the log, under `requestId`',
    logLevel: 'error',
  },
  SERVICE_UNAVAILABLE: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'A service that the gateway depends on is unavailable.',
    when: 'the gateway could not reach the database in time',
    logLevel: 'warn',
  },
  FILE_STORE_UNAVAILABLE: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'The file store is unavailable.',
    when: 'the file store failed or could not be reached in time',
    logLevel: 'warn',
  },
  AUTHENTICATION_UNAVAILABLE: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: "The keys of the token's issuer are unavailable.",
    when: "the gateway could not fetch the keys of the token's issuer; the cause is in the log",
    logLevel: 'warn',
  },
  AUDIT_UNAVAILABLE: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'The payload was not sent because the audit log cannot be written.',
    when: 'the response has payload or depends on it, and its line in the audit log could not be written; the cause is in the log',
    logLevel: 'warn',
  },
  DEADLINE_EXCEEDED: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'The database did not return the value in time.',
    when: 'the database did not return the value in time',
    logLevel: 'warn',
  },
  QUEUE_TIMEOUT: {
    code: 'SERVICE_UNAVAILABLE',
    status: 503,
    message: 'The database was too busy to read the value in time.',
    when: 'the read waited too long for other reads',
    logLevel: 'warn',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** The reason why a request was rejected. A `switch` over it is exhaustive. */
export type Reason = keyof typeof catalogue;

const reasonOfHttpStatus: Readonly<Record<number, Reason>> = {
  400: 'MALFORMED_REQUEST',
  404: 'ROUTE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** Returns the reason for a library's rejection of an HTTP request, or `undefined` if the client is not at fault. */
export function reasonOfRejection(httpStatus: number): Reason | undefined {
  return reasonOfHttpStatus[httpStatus];
}
