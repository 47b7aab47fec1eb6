// The parameters of an address that name the runs of a page.

/** The runs that a page is about: those of an organization, of one of its projects, or of one task. */
export interface Scope {
  readonly orgId: string;
  /** null: all projects that the caller sees. */
  readonly projectId: string | null;
  readonly taskId: string | null;
}

export const scopeParameters = ['org', 'project', 'task'] as const;

/** undefined: the address names none. */
export function scopeOf(params: URLSearchParams): Scope | undefined {
  const [orgId, projectId, taskId] = scopeParameters.map((name) => params.get(name) || null);
  return orgId ? { orgId, projectId: projectId ?? null, taskId: (projectId && taskId) || null } : undefined;
}

/** Returns the parameters of an address that name a scope. */
export function paramsOfScope({ orgId, projectId, taskId }: Scope) {
  return { org: orgId, project: projectId, task: taskId };
}
