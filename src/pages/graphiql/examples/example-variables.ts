// Variables of the example operations, by their names: those of examples/operations.

import type { ExampleRun } from '../operations.js';

/** Its files make it worth looking at. */
type Example = ExampleRun & { readonly files?: readonly unknown[] | null };

export type ExampleValues = Readonly<Record<string, string>>;

/** Values for all variables that examples have; null without a run. */
export function toExampleValues(
  project: { readonly orgId: string; readonly projectId: string },
  newestRuns: readonly (Example | null)[],
  failedRuns: readonly (Example | null)[],
): ExampleValues | null {
  const runs = newestRuns.filter((run) => run !== null);
  const [newest] = runs;
  if (newest === undefined) return null;
  const failed = failedRuns.find((run) => run !== null) ?? newest;
  // The one with the most to see.
  const run = runs.reduce((richest, candidate) =>
    (candidate.files?.length ?? 0) > (richest.files?.length ?? 0) ? candidate : richest,
  );
  return {
    ...project,
    taskId: run.taskId,
    id: run.id,
    failedTaskId: failed.taskId,
    failedId: failed.id,
    failedFrom: dayOf(failed.created, 0),
    failedTo: dayOf(failed.created, 1),
    from: dayOf(newest.created, -30),
    to: dayOf(newest.created, 1),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** Variables that are of something else where an operation is about failures. */
const failureVariables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  WhyDidItFail: { id: 'failedId', taskId: 'failedTaskId' },
  RecentFailures: { from: 'failedFrom', to: 'failedTo' },
};

/** The variables that an operation declares, as JSON text; empty strings where there is no place yet. */
export function variablesOf(query: string, values: ExampleValues = {}): string {
  const [, operation = '', declared = ''] = /^query (\w+)\(([^)]*)\)/m.exec(query) ?? [];
  const names = [...declared.matchAll(/\$(\w+):/g)].map(([, name]) => name!);
  const exampleValueOf = (name: string) => values[failureVariables[operation]?.[name] ?? name] ?? '';
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, exampleValueOf(name)])), null, 2);
}

const dayMs = 86_400_000;

function dayOf(created: string, days: number): string {
  return `${new Date(Date.parse(created) + days * dayMs).toISOString().slice(0, 10)}T00:00:00Z`;
}
