/** The caller, as identified by an accepted token. */
export interface Caller {
  /** Issuer and subject: who this is among all callers. */
  readonly id: string;
  /** The `iss` claim. */
  readonly issuer: string;
  /**
   * The `sub` claim behind its issuer's prefix; an id is in lower case as the database holds it, any other text is
   * exact.
   */
  readonly subject: string;
  /**
   * The id by which runs name who executed them, according to the issuer's entry: the subject if it is an id, unless
   * the issuer has a prefix. null: the caller executes no runs.
   */
  readonly userId: string | null;
  /** The `client_id` claim. */
  readonly clientId: string | undefined;
  /** The client behind its issuer's prefix, as lists in the configuration name it: no other issuer can sign that. */
  readonly qualifiedClientId: string | undefined;
  readonly confinement: Confinement;
  /** The `exp` claim, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Whether a list of clients in the configuration names the caller's. */
export function isClientListed(
  { qualifiedClientId }: Pick<Caller, 'qualifiedClientId'>,
  clients: readonly string[],
): boolean {
  return qualifiedClientId !== undefined && clients.includes(qualifiedClientId);
}

/**
 * The limits of a token. Each list has the only ids allowed, in lower case. An absent list sets no limit; an empty one
 * (two claims that contradict each other) allows nothing.
 */
export interface Confinement {
  readonly orgIds?: readonly string[];
  readonly projectIds?: readonly string[];
  readonly taskIds?: readonly string[];
}

/** The ids by which a resource is requested, in any case; null: everything below the ids before. */
export interface ResourcePathIds {
  readonly orgId: string;
  readonly projectId: string | null;
  readonly taskId: string | null;
}

/** Whether a token is confined to something other than this path. */
export function isOutsideConfinement({ orgIds, projectIds, taskIds }: Confinement, path: ResourcePathIds): boolean {
  return excludes(orgIds, path.orgId) || excludes(projectIds, path.projectId) || excludes(taskIds, path.taskId);
}

function excludes(allowed: readonly string[] | undefined, id: string | null): boolean {
  return allowed !== undefined && id !== null && !allowed.includes(id.toLowerCase());
}
