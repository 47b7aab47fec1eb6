/** The caller, as identified by an accepted token. */
export interface Caller {
  /** Issuer and subject, which together identify the caller. */
  readonly id: string;
  /** The `iss` claim. */
  readonly issuer: string;
  /**
   * The `sub` claim with its issuer's prefix. An id is in lower case, as in the database; any other text is unchanged.
   */
  readonly subject: string;
  /**
   * The id under which runs store who executed them, as configured for the issuer: the subject if it is an id and the
   * issuer has no prefix. `null` if the caller cannot execute runs.
   */
  readonly userId: string | null;
  /** The `client_id` claim. */
  readonly clientId: string | undefined;
  /** The client with its issuer's prefix, as it appears in the configuration's lists. Other issuers cannot sign it. */
  readonly qualifiedClientId: string | undefined;
  readonly confinement: Confinement;
  /** The `exp` claim, in seconds since the epoch. */
  readonly expiresAt: number;
}

/** Returns whether a configured list of clients contains the caller's client. */
export function isClientListed(
  { qualifiedClientId }: Pick<Caller, 'qualifiedClientId'>,
  clients: readonly string[],
): boolean {
  return qualifiedClientId !== undefined && clients.includes(qualifiedClientId);
}

/**
 * The limits of a token. Each list contains the only ids allowed, in lower case. An absent list sets no limit; an empty
 * one (from two contradictory claims) allows nothing.
 */
export interface Confinement {
  readonly orgIds?: readonly string[];
  readonly projectIds?: readonly string[];
  readonly taskIds?: readonly string[];
}

/** The ids by which a resource is requested, in any letter case. If one is null, everything below the previous ids. */
export interface ResourcePathIds {
  readonly orgId: string;
  readonly projectId: string | null;
  readonly taskId: string | null;
}

/** Returns whether a token is confined to something other than this path. */
export function isOutsideConfinement({ orgIds, projectIds, taskIds }: Confinement, path: ResourcePathIds): boolean {
  return excludes(orgIds, path.orgId) || excludes(projectIds, path.projectId) || excludes(taskIds, path.taskId);
}

function excludes(allowed: readonly string[] | undefined, id: string | null): boolean {
  return allowed !== undefined && id !== null && !allowed.includes(id.toLowerCase());
}
