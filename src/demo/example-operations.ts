// The operations of examples/operations, each something a team really asks, with variables over the demo data.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type DemoPath, demoPlaces } from '../database/demo/demo-places.js';

export interface ExampleOperation {
  /** The operation's own. */
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

const { resolve } = createRequire(import.meta.url);
const { richRun, failedRun } = demoPlaces;

/** One run with everything about it comes first. */
export const exampleOperations: readonly [ExampleOperation, ...ExampleOperation[]] = [
  readExample('one-run', variablesOf(richRun)),
  readExample('failed-run', variablesOf(failedRun)),
  readExample('two-runs', { ...variablesOf(richRun), failedTaskId: failedRun.taskId, failedId: failedRun.id }),
];

function readExample(file: string, variables: ExampleOperation['variables']): ExampleOperation {
  const query = readFileSync(resolve(`#examples/operations/${file}.graphql`), 'utf8');
  return { name: /^query (\w+)/m.exec(query)![1]!, query, variables };
}

function variablesOf({ orgId, projectId, taskId, id }: DemoPath): Record<string, string> {
  return { orgId, projectId, taskId, id };
}
