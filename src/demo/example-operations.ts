// The operations in examples/operations, each a real use case, with variables for the demo data.

import { readFileSync } from 'node:fs';
import { type DemoPath, demoPlaces } from './data/demo-places.js';

export interface ExampleOperation {
  /** The name in the document. */
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The same relative path in the repository and in dist, to which the build copies them. */
const folder = new URL('../../examples/operations/', import.meta.url);
const { richRun, failedRun } = demoPlaces;
const project = { orgId: richRun.orgId, projectId: richRun.projectId };

/** Reads the operations. The first one selects a run with all its fields. */
export function readExampleOperations(): readonly [ExampleOperation, ...ExampleOperation[]] {
  return [
    readExample('one-run', variablesOf(richRun)),
    readExample('failed-run', variablesOf(failedRun)),
    readExample('two-runs', { ...variablesOf(richRun), failedTaskId: failedRun.taskId, failedId: failedRun.id }),
    readExample('recent-failures', { ...project, from: '2026-10-30T17:00:00Z', to: '2026-10-31T17:00:00Z' }),
    readExample('cost-by-reporting-group', { ...project, from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }),
    readExample('usage-report', {
      ...project,
      from: '2026-10-24T22:00:00Z',
      to: '2026-10-31T23:00:00Z',
      timeZone: 'Europe/Berlin',
    }),
  ];
}

function readExample(file: string, variables: ExampleOperation['variables']): ExampleOperation {
  const query = readFileSync(new URL(`${file}.graphql`, folder), 'utf8');
  return { name: /^query (\w+)/m.exec(query)![1]!, query, variables };
}

function variablesOf({ orgId, projectId, taskId, id }: DemoPath): Record<string, string> {
  return { orgId, projectId, taskId, id };
}
