// The details of errors besides code, status and reason, with their descriptions for clients.

/** An entry of a 422's `detail`: the location of the value, what is wrong with it, and the kind of mistake. */
export interface ValidationDetail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** The reason why a caller with a role on a task may not read one of its runs. Names are as stored. */
export interface ForbiddenExplanation {
  readonly resourceId: string;
  readonly requires: { readonly role: string; readonly visibility: string };
  readonly holds: string;
}

/** Public details of an error besides code, status and reason. */
export interface ErrorDetails extends Partial<ForbiddenExplanation> {
  readonly argument?: string;
  readonly permission?: string;
  readonly resource?: string;
  readonly detail?: readonly ValidationDetail[];
  /** The number of seconds after which a retry makes sense. */
  readonly retryAfter?: number;
  /** The cursor of the last change that a stream has sent. */
  readonly cursor?: string;
  readonly requestId?: string;
  /** The size of the value that is too large. */
  readonly bytes?: number;
  readonly maxBytes?: number;
  /** Points: estimate and maximum for an operation that is too expensive; only the estimate if points ran out. */
  readonly cost?: { readonly estimated: number; readonly max: number } | number;
  /** Points. */
  readonly remaining?: number;
  readonly mostExpensive?: readonly { readonly path: string; readonly cost: number }[];
}

interface DetailDescription {
  readonly type: string;
  readonly meaning: string;
}

export const detailDescriptions: Readonly<Record<keyof ErrorDetails, DetailDescription>> = {
  argument: {
    type: 'string',
    meaning: '`MALFORMED_RESOURCE_IDENTIFIER`: the malformed argument (the parameter in REST)',
  },
  permission: {
    type: 'string',
    meaning:
      '`PERMISSION_CHECK_FAILED`: `read`, `read_payload` for the payload of a run whose usage the caller may see, `share` for a link to a run, or `test_iam` for the permissions of another subject',
  },
  resource: {
    type: 'string',
    meaning:
      '`PERMISSION_CHECK_FAILED`: `task_run`, `reporting_group`, `organization` for a list of all its projects, or `node` for an object requested only by id; with `test_iam`, `organization`, `project` or `task`',
  },
  resourceId: {
    type: 'string',
    meaning: "`PERMISSION_CHECK_FAILED`, if the caller has a role on the run's task: the id of that task",
  },
  requires: {
    type: '`{role, visibility}`',
    meaning: "with `resourceId`: the lowest role with access to all runs of the task, and the task's run visibility",
  },
  holds: { type: 'string', meaning: "with `resourceId`: the caller's highest role on the task, or `analyst`" },
  detail: {
    type: 'list of `{loc, msg, type}`',
    meaning: '`VALIDATION_FAILED`: the location of the value, what it must be, and the kind of mistake',
  },
  retryAfter: {
    type: 'number',
    meaning:
      '`RATE_LIMITED`, `SERVICE_UNAVAILABLE`, `FILE_STORE_UNAVAILABLE`, `AUTHENTICATION_UNAVAILABLE`, `AUDIT_UNAVAILABLE`, `DEADLINE_EXCEEDED`, `QUEUE_TIMEOUT`: seconds to wait before a retry',
  },
  cursor: {
    type: 'string',
    meaning: '`SERVICE_UNAVAILABLE` for a stream that ended because its client read too slowly: the next `after`',
  },
  bytes: { type: 'number', meaning: '`RESPONSE_TOO_LARGE`: the size of the field' },
  maxBytes: { type: 'number', meaning: '`RESPONSE_TOO_LARGE`: the maximum for all fields of a response' },
  cost: {
    type: '`{estimated, max}`, number',
    meaning:
      '`COST_ESTIMATED_TOO_EXPENSIVE`: the estimated points and the maximum; `RATE_LIMITED`, if points ran out: the estimated points',
  },
  mostExpensive: {
    type: 'list of `{path, cost}`',
    meaning: '`COST_ESTIMATED_TOO_EXPENSIVE`: the most expensive fields with their selections; not over REST',
  },
  remaining: { type: 'number', meaning: '`RATE_LIMITED`, if points ran out: the points that the caller has left' },
  requestId: { type: 'string', meaning: '`INTERNAL_SERVER_ERROR`: also in the response header `X-Request-Id`' },
};
