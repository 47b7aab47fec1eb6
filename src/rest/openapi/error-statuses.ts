// The statuses of errors that operations of the REST API answer.

export const meaningOfStatus = {
  400: 'An identifier, or the request as a whole, is malformed.',
  401: 'There is no bearer token, or it is not accepted.',
  403: 'The caller may not see it, whether or not it exists.',
  404: 'It does not exist.',
  406: 'None of the accepted media types can be produced.',
  408: 'The request did not arrive in time.',
  413: 'The body is too large.',
  414: 'The URL is too long.',
  415: 'The body is not JSON.',
  422: 'A value is not acceptable, or a stored one cannot be shown.',
  429: 'The caller has spent its points, or as many streams of events as there may be are open.',
  431: 'The headers are too large.',
  500: 'An unexpected error; the log has it under `request_id`.',
  503: 'A service the gateway depends on cannot be reached.',
} as const;

export type ErrorStatus = keyof typeof meaningOfStatus;

/** Of whatever reads what belongs to a run or a task. */
export const readErrors = [400, 401, 403, 404, 422, 429, 503] as const satisfies readonly ErrorStatus[];

/** Of every operation, whatever it does. */
export const errorsEverywhere = [408, 414, 431, 500] as const satisfies readonly ErrorStatus[];
