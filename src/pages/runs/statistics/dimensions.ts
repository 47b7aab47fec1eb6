// The API's dimensions, one per row, with the filter that lists the runs of a group.

import { shortId } from '../../shared/format/format-id.js';
import { initialState } from '../../shared/initial-state-of-page.js';
import { jsonSources, valueText } from '../filters/value-filter.js';
import { nameWithProject } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import type { Dimension, Filter, Group } from './dimension.js';

const none = 'none';
const valueOrNone = ({ value }: Group) => value ?? none;
const is = (name: string, json: string, path = ''): Filter => ({ is: valueText(name, path, json) });

const byValue =
  (param: string): Dimension['filterOf'] =>
  ({ value }) =>
    is(param, JSON.stringify(value));

function column(name: string, label: string, param: string): Dimension {
  return { name, label, nameOf: valueOrNone, filterOf: byValue(param) };
}

/** Returns a dimension for ids, some of which organizations have named. */
function named(name: string, label: string, field: NamedField, filterOf: Dimension['filterOf']): Dimension {
  return {
    name,
    label,
    fields: `${field} { ${fieldsOf[field] ?? 'name'} }`,
    hasIds: true,
    nameOf: ({ value, [field]: object }, scope) =>
      nameWithProject(object, scope) ?? (value === null ? none : shortId(value)),
    filterOf,
  };
}

type NamedField = 'user' | 'taskRevision' | 'fallbackLlmModel' | 'project' | 'task' | 'reportingGroup';

/** Fields of objects of a project. */
const fieldsOf: Partial<Record<NamedField, string>> = {
  task: 'name project { id name }',
  reportingGroup: 'name project { name }',
};

const labels = {
  response: ['A value in the response', '/category'],
  submitted: ['A value in the inputs', '/ticket/queue'],
  runData: ['A value in the run data', '/model'],
} as const;

function json(source: (typeof jsonSources)[number]): Dimension {
  const [label, example] = labels[source];
  return {
    name: source.replace(/[A-Z]/, (letter) => `_${letter}`).toUpperCase(),
    label,
    example,
    fields: 'json',
    source,
    isPayload: true,
    nameOf: ({ value, json }) => (typeof json === 'string' ? JSON.stringify(json) : (value ?? none)),
    filterOf({ value, json }, path) {
      if (typeof json === 'object' && json !== null) return undefined;
      // The server's text, because the parsed number has lost digits.
      return is(source, typeof json === 'number' ? value! : JSON.stringify(json ?? null), path);
    },
  };
}

const model: Dimension = {
  ...column('MODEL', 'Model', 'model'),
  // The API has no filter for runs without a model.
  filterOf: ({ value }) => (value === null ? undefined : { model: value }),
};

export const dimensions: readonly Dimension[] = [
  named('PROJECT', 'Project', 'project', ({ value }) => ({ project: value ?? '' })),
  named('TASK', 'Task', 'task', ({ value, task }) => ({
    ...(task?.project && { project: task.project.id }),
    task: value ?? '',
  })),
  {
    ...named('REVISION', 'Task revision', 'taskRevision', ({ value }) => ({ revision: value ?? '' })),
    isChronological: true,
  },
  ...(initialState.hasModels === true ? [model] : []),
  column('FAILURE_REASON', 'Primary failure', 'reason'),
  named('REPORTING_GROUP', 'Reporting group', 'reportingGroup', ({ value }) => ({ group: value ?? none })),
  named('FALLBACK_MODEL', 'Fallback model', 'fallbackLlmModel', byValue('fallbackModel')),
  {
    ...column('FAILURE', 'Kind of failure', 'failure'),
    fields: 'firstSeen',
    isPayload: true,
    nameOf: ({ value }) => value ?? 'no failure',
    filterOf: ({ value }) => (value === null ? { status: 'SUCCESS' } : { failure: value }),
  },
  {
    name: 'STATUS',
    label: 'Status',
    nameOf: ({ value }) => (value === 'FAIL' ? 'failed' : 'succeeded'),
    filterOf: ({ value }) => ({ status: value ?? '' }),
  },
  named('USER', 'User', 'user', ({ value }) => ({ user: value ?? none })),
  column('CONTEXT', 'Context', 'context'),
  column('REFERENCE', 'Reference', 'reference'),
  ...jsonSources.map(json),
];

/** The dimensions that a page shows together until one is chosen. */
export const overviewDimensions = dimensions.slice(0, initialState.hasModels === true ? 7 : 6);

/** Returns whether a dimension is useful in the scope: revisions of different tasks have the same names. */
export function isOffered({ name }: Dimension, scope: Scope | undefined): boolean {
  if (name === 'PROJECT') return scope?.projectId === null;
  return scope?.taskId ? name !== 'TASK' : name !== 'REVISION';
}

export function dimensionOf(params: URLSearchParams): Dimension | undefined {
  return dimensions.find(({ name }) => name === params.get('split'));
}
