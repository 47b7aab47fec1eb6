// The URL parameters that select the runs of a page.

/** The runs that a page shows: those of an organization, of one of its projects, or of one task. */
export interface Scope {
  readonly orgId: string;
  /** `null` for all projects that are visible to the caller. */
  readonly projectId: string | null;
  readonly taskId: string | null;
}

export const scopeParameters = ['org', 'project', 'task'] as const;

/** Returns `undefined` if the URL does not contain a scope. */
export function scopeOf(params: URLSearchParams): Scope | undefined {
  const [orgId, projectId, taskId] = scopeParameters.map((name) => params.get(name) || null);
  return orgId ? { orgId, projectId: projectId ?? null, taskId: (projectId && taskId) || null } : undefined;
}

/** Returns the URL parameters of a scope. */
export function paramsOfScope({ orgId, projectId, taskId }: Scope) {
  return { org: orgId, project: projectId, task: taskId };
}
