// The dimensions of the API, a row each, with the filter that lists the runs of a group.

import { jsonSources, valueText } from '../filters/value-filter.js';
import type { Breakdown } from '../operations.js';

/** Has the fields of its dimension. */
export type Group = Breakdown['groupBy'][number];

/** Changes of the address; null removes a parameter. */
type Filter = Readonly<Record<string, string>>;

export interface Dimension {
  /** In the API. */
  readonly name: string;
  readonly label: string;
  /** Fields of each group that are selected in addition to its measures. */
  readonly fields?: string;
  /** Newest first, with the first and the last run. */
  readonly isChronological?: boolean;
  /** Whether its values are payload. */
  readonly isPayload?: boolean;
  /** The JSON that a path leads into. */
  readonly source?: (typeof jsonSources)[number];
  /** Returns the name of a group. */
  nameOf(group: Group): string;
  /** The filter that lists its runs; undefined where the API has none. */
  filterOf(group: Group, path: string): Filter | undefined;
}

const none = 'none';
const valueOrNone = ({ value }: Group) => value ?? none;
const is = (name: string, json: string, path = ''): Filter => ({ is: valueText(name, path, json) });

function column(name: string, label: string, param: string): Dimension {
  return { name, label, nameOf: valueOrNone, filterOf: ({ value }) => is(param, JSON.stringify(value)) };
}

const labels = {
  response: 'A value in the response',
  submitted: 'A value in the inputs',
  runData: 'A value in the run data',
};

function json(source: (typeof jsonSources)[number]): Dimension {
  return {
    name: source.replace(/[A-Z]/, (letter) => `_${letter}`).toUpperCase(),
    label: labels[source],
    fields: 'json',
    source,
    isPayload: true,
    nameOf: ({ value, json }) => (typeof json === 'string' ? JSON.stringify(json) : (value ?? none)),
    filterOf({ value, json }, path) {
      if (typeof json === 'object' && json !== null) return undefined;
      // The server's text: the parsed number has lost digits.
      return is(source, typeof json === 'number' ? value! : JSON.stringify(json ?? null), path);
    },
  };
}

export const dimensions: readonly Dimension[] = [
  {
    name: 'REVISION',
    label: 'Task revision',
    isChronological: true,
    nameOf: valueOrNone,
    filterOf: ({ value }) => ({ revision: value ?? '' }),
  },
  column('FAILURE_REASON', 'Primary model’s failure', 'reason'),
  {
    name: 'TASK',
    label: 'Task',
    fields: 'task { name }',
    nameOf: ({ task, value }) => task?.name ?? value ?? none,
    filterOf: ({ value }) => ({ task: value ?? '' }),
  },
  {
    name: 'REPORTING_GROUP',
    label: 'Reporting group',
    fields: 'reportingGroup { name }',
    nameOf: ({ reportingGroup, value }) => reportingGroup?.name ?? value ?? none,
    filterOf: ({ value }) => ({ group: value ?? none }),
  },
  column('FALLBACK_MODEL', 'Fallback model', 'model'),
  { ...column('FAILURE', 'Kind of failure', 'failure'), isPayload: true },
  {
    name: 'STATUS',
    label: 'Status',
    nameOf: ({ value }) => (value === 'FAIL' ? 'failed' : 'succeeded'),
    filterOf: ({ value }) => ({ status: value ?? '' }),
  },
  column('USER', 'User', 'user'),
  column('CONTEXT', 'Context', 'context'),
  column('REFERENCE', 'Reference', 'reference'),
  ...jsonSources.map(json),
];

/** Those that a page shows together until one is chosen. */
export const overviewDimensions = dimensions.slice(0, 5);

export function dimensionOf(params: URLSearchParams): Dimension | undefined {
  return dimensions.find(({ name }) => name === params.get('split'));
}
