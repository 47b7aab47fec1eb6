// The run that a link shows, in the form of the pages about runs.

import type { Run } from '../runs/operations.js';
import { memberOf, parseJson } from '../shared/json/json-tree.js';

export interface SharedFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly direction: 'INPUT' | 'OUTPUT';
  readonly downloadUrl: string;
}

export interface SharedRun {
  readonly run: Run;
  readonly hasPayload: boolean;
  /** JSON texts; null without a value, or without payload. */
  readonly response: string | null;
  readonly submitted: string | null;
  readonly runData: string | null;
  readonly files: readonly SharedFile[];
  readonly shared: { readonly by: string | null; readonly until: string; readonly id: string };
}

/** The members of the response that are read. */
interface Body {
  readonly [member: string]: unknown;
  readonly files: readonly Readonly<Record<string, unknown>>[] | null;
  readonly reporting_group: { readonly id: string; readonly name: string } | null;
  readonly shared: SharedRun['shared'];
}

/** Converts a response. JSON of the run keeps its original text. */
export function toSharedRun(text: string): SharedRun {
  const body: Body = JSON.parse(text);
  const tree = parseJson(text);
  const textOf = (value: ReturnType<typeof memberOf>) =>
    value === undefined || value.kind === 'null' ? null : value.text;
  const runData = memberOf(tree, 'run_data');
  const response = textOf(memberOf(tree, 'response'));
  const { files, reporting_group: reportingGroup, shared } = body;
  const { files: _files, shared: _shared, response: _response, run_data: _runData, ...columns } = body;
  const named = Object.fromEntries(Object.entries(columns).map(([name, value]) => [camelCase(name), value]));
  const run = {
    ...named,
    organization: { name: null },
    project: { name: null },
    task: { name: null },
    taskRevision: { name: null },
    user: null,
    fallbackLlmModel: null,
    reportingGroup,
    responseBytes: null,
    responsePreview: response,
    failureMessage: response === null ? null : messageIn(JSON.parse(response)),
    failure: null,
    files: null,
  } as unknown as Run;
  return {
    run,
    hasPayload: files !== null,
    response,
    submitted: textOf(memberOf(runData, 'submitted')),
    runData: textOf(runData),
    files: (files ?? []).map(toFile),
    shared,
  };
}

function toFile(file: Readonly<Record<string, unknown>>): SharedFile {
  return Object.fromEntries(Object.entries(file).map(([name, value]) => [camelCase(name), value])) as never;
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** The places of a failed run's message, as in the API's `failureMessage`. */
const messagePaths = [['detail', 'message'], ['error', 'message'], ['message'], ['detail'], ['error'], []] as const;

function messageIn(response: unknown): string | null {
  const values = messagePaths.map((path) =>
    path.reduce<unknown>((value, member) => (value as Record<string, unknown> | null)?.[member], response),
  );
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? null;
}
