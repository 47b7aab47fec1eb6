// The causes of a 403, for the errors page and for docs/errors.md.

export interface ForbiddenCause {
  /** The members that distinguish the error from others with the same code. */
  readonly mark: string;
  readonly cause: string;
  readonly remedy: string;
}

/** Markdown, with links relative to the folder of docs/errors.md. */
export const forbiddenCauses: readonly ForbiddenCause[] = [
  {
    mark: '`requires` and `holds`',
    cause: "the caller's role on the task does not give access to all runs",
    remedy: '[grant](access.md#grants) the role in `requires`, or change the `run_visibility`',
  },
  {
    mark: '`permission: read_payload`',
    cause: 'the caller is an [analyst](access.md#who-sees-what), who sees only the usage of the run',
    remedy: 'select no payload, or [grant](access.md#grants) the role in `requires`',
  },
  {
    mark: '`permission: share`',
    cause: 'the caller is not an editor or owner of the task, and did not execute the run',
    remedy: '[grant](access.md#grants) the role `editor`',
  },
  {
    mark: 'only `permission` and `resource`',
    cause: 'the caller has no role on the task, or the path is wrong',
    remedy: 'compare the ids and the subject in the `access_denied` log line with `npm run grants`',
  },
  {
    mark: 'the same, although the caller has a role on the task',
    cause: 'the token is [confined](access.md#confinement) to something else',
    remedy: '`GET /api/v1/whoami` shows the confinement: get another token',
  },
  {
    mark: 'the same, for an entity or `node`',
    cause: 'errors for an object requested only by id never have details',
    remedy: 'query the object by its full path',
  },
  {
    mark: '`reason: INVALID_SIGNATURE`',
    cause: 'a download link was altered or has expired',
    remedy: 'read the run again for a new link',
  },
  {
    mark: '`reason: ORIGIN_NOT_ALLOWED`',
    cause: 'a page from another origin calls `/mcp`',
    remedy: 'add the origin to `CORS_ORIGINS`',
  },
];
