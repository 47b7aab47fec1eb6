// Variables for the operations in examples/operations, by name.

import type { ExampleRun } from '../operations.js';

/** A run with files is a better example. */
type Example = ExampleRun & { readonly files?: readonly unknown[] | null };

export type ExampleValues = Readonly<Record<string, string>>;

/** Returns values for all variables of the examples, or `null` without a run. */
export function toExampleValues(
  project: { readonly orgId: string; readonly projectId: string },
  newestRuns: readonly (Example | null)[],
  failedRuns: readonly (Example | null)[],
): ExampleValues | null {
  const runs = newestRuns.filter((run) => run !== null);
  const [newest] = runs;
  if (newest === undefined) return null;
  const failed = failedRuns.find((run) => run !== null) ?? newest;
  // The run with the most to show.
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

/** Variables that have another meaning in operations about failures. */
const failureVariables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  WhyDidItFail: { id: 'failedId', taskId: 'failedTaskId' },
  RecentFailures: { from: 'failedFrom', to: 'failedTo' },
};

/** Returns the variables that an operation declares, as JSON text, with empty strings for missing values. */
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
