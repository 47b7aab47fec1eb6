// Error statuses of the REST API's operations.

export const meaningOfStatus = {
  400: 'An identifier, or the request as a whole, is malformed.',
  401: 'The bearer token is missing or was rejected.',
  403: 'The caller may not see the resource, whether or not it exists.',
  404: 'The resource does not exist.',
  406: 'None of the accepted media types can be produced.',
  408: 'The request was not received in time.',
  413: 'The body is too large.',
  414: 'The URL is too long.',
  415: 'The body is not JSON.',
  422: 'A value in the request is invalid, or a stored value is out of range.',
  429: 'The caller has no points left, or too many event streams or exports are open.',
  431: 'The headers are too large.',
  500: 'An unexpected error. It is logged under `request_id`.',
  503: 'A service that the gateway depends on is unavailable, or did not respond in time.',
} as const;

export type ErrorStatus = keyof typeof meaningOfStatus;

/** Errors of operations that read runs or tasks. */
export const readErrors = [400, 401, 403, 404, 422, 429, 503] as const satisfies readonly ErrorStatus[];

/** Errors of every operation. */
export const errorsEverywhere = [408, 414, 431, 500] as const satisfies readonly ErrorStatus[];
