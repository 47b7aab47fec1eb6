// All filters of the pages: the parameter in the URL, the label, and the API filter that it sets. Types come from the
// schema. A repeated parameter has several values, and `not-` before its name excludes them.

import { initialState } from '../../shared/initial-state-of-page.js';
import { type ParamChanges, setParams } from '../navigation.js';
import { filterTypes, type TaskRunDimension, type TaskRunFilter } from '../operations.js';
import { periodFilterOf } from './period.js';
import { valueFilterOf } from './value-filter.js';

type FilterName = keyof typeof filterTypes;

export interface FilterField {
  readonly param: string;
  readonly label: string;
  /** The type in the schema; `undefined` for a combination of filters. */
  readonly type?: string;
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Whether the filter is about payload, so that it matches no runs whose usage is all the caller may read. */
  readonly isPayload?: boolean;
  toFilter(values: readonly string[]): TaskRunFilter;
}

/** A filter by the values of a dimension, which are offered with their counts. */
export interface FacetField extends FilterField {
  readonly dimension: TaskRunDimension;
  /** Narrows the counted runs. The filter implies it. */
  readonly among?: TaskRunFilter;
  /** Whether runs without a value can be selected. */
  readonly hasNone?: boolean;
}

/** The value that stands for runs without a value. */
export const none = 'none';

/** The value that stands for the runs that succeeded with the fallback model. They are among those that succeeded. */
export const byFallback = 'FALLBACK';

const outcomes = [
  ['SUCCESS', 'succeeded'],
  [byFallback, 'by fallback model'],
  ['FAIL', 'failed'],
] as const;

const statusField: FacetField = {
  param: 'status',
  label: 'Status',
  choices: outcomes,
  dimension: 'STATUS',
  toFilter(values) {
    const statuses = values.filter((value) => value !== byFallback) as TaskRunFilter['statusIn'] & {};
    if (statuses.length === values.length) return { statusIn: statuses };
    const fallback: TaskRunFilter = { status: 'SUCCESS', usedFallbackModel: true };
    return statuses.length === 0 ? fallback : { OR: [{ statusIn: statuses }, fallback] };
  },
};

/** Facets in the order of the panel. */
export const facetFields: readonly FacetField[] = [
  statusField,
  {
    param: 'in-project',
    label: 'Project',
    type: 'ID',
    dimension: 'PROJECT',
    toFilter: (projectIdIn) => ({ projectIdIn }),
  },
  {
    param: 'in-task',
    label: 'Task',
    type: 'ID',
    dimension: 'TASK',
    toFilter: (taskIdIn) => ({ taskIdIn }),
  },
  {
    param: 'revision',
    label: 'Revision',
    type: 'ID',
    dimension: 'REVISION',
    toFilter: (taskRevisionIdIn) => ({ taskRevisionIdIn }),
  },
  ...(initialState.hasModels === true
    ? [
        {
          param: 'model',
          label: 'Model',
          // Schemas without models have neither a dimension nor a filter for them.
          dimension: 'MODEL' as TaskRunDimension,
          toFilter: (modelIn: readonly string[]) => ({ modelIn }) as TaskRunFilter,
        },
      ]
    : []),
  {
    param: 'failure',
    label: 'Kind of failure',
    isPayload: true,
    dimension: 'FAILURE',
    among: { status: 'FAIL' },
    toFilter: (failureIn) => ({ failureIn }),
  },
  {
    param: 'group',
    label: 'Reporting group',
    type: 'ID',
    dimension: 'REPORTING_GROUP',
    hasNone: true,
    toFilter: (values) => ({ reportingGroupIdIn: values.map((value) => (value === none ? null : value)) }),
  },
  {
    param: 'user',
    label: 'User',
    type: 'ID',
    dimension: 'USER',
    hasNone: true,
    toFilter(values) {
      const users = values.filter((value) => value !== none);
      if (users.length === values.length) return { userIdIn: users };
      return users.length === 0 ? { hasUser: false } : { OR: [{ userIdIn: users }, { hasUser: false }] };
    },
  },
];

/** Returns a field with a single value, which sets a single filter. */
function field(param: string, label: string, name: FilterName, further: Partial<FilterField> = {}): FilterField {
  const type = filterTypes[name];
  return { param, label, type, toFilter: ([text = '']) => ({ [name]: readValue(type, text) }), ...further };
}

/** Returns text that is not a number unchanged, because the API's error describes the right form. */
function readValue(type: string, text: string): unknown {
  if (type === 'Boolean') return text === 'true';
  if (type === 'TextFilter') return { eq: text };
  return (type === 'Int' || type === 'Float') && Number.isFinite(Number(text)) ? Number(text) : text;
}

export const choiceFields: readonly FilterField[] = [
  field('fallback', 'Fallback model', 'usedFallbackModel', {
    choices: [
      ['true', 'used'],
      ['false', 'not used'],
    ],
  }),
  field('files', 'Files', 'hasFiles', {
    isPayload: true,
    choices: [
      ['true', 'with files'],
      ['false', 'without files'],
    ],
  }),
];

/** Measures with a lower and an upper limit as filters. */
export const measures = ['seconds', 'tokens', 'credits', 'retries'] as const;
const filtersOfMeasures = {
  seconds: ['Seconds', 'minLlmCallTiming', 'maxLlmCallTiming'],
  tokens: ['Tokens', 'minTotalTokens', 'maxTotalTokens'],
  credits: ['Credits', 'minChargedCredits', 'maxChargedCredits'],
  retries: ['Retries', 'minLlmRetries', 'maxLlmRetries'],
} as const;

export const measureFields = measures.map((measure) => {
  const [label, min, max] = filtersOfMeasures[measure];
  return {
    label,
    from: field(`min-${measure}`, `${label}, at least`, min),
    to: field(`max-${measure}`, `${label}, at most`, max),
  };
});

/** The filters that the search box sets. */
export const textFields: readonly FilterField[] = [
  field('words', 'Words', 'search', { isPayload: true }),
  field('reference', 'Reference begins with', 'reference', {
    toFilter: ([startsWith = '']) => ({ reference: { startsWith } }),
  }),
  field('context', 'Context', 'contextId'),
  field('reason', 'Primary failure contains', 'primaryFailureReasonContains'),
  { param: 'is', label: 'Value', isPayload: true, toFilter: ([text = '']) => valueFilterOf(text) },
];

const fields: readonly FilterField[] = [
  ...facetFields,
  ...choiceFields,
  ...measureFields.flatMap(({ from, to }) => [from, to]),
  ...textFields,
];

/** Errors about a period refer to one of these. */
const rangeFields: readonly FilterField[] = [
  field('from', 'Period from', 'createdAfter'),
  field('to', 'Period to', 'createdBefore'),
];

export const excluded = (param: string) => `not-${param}`;

/** URL parameters that are filters. */
export const filterParams: readonly string[] = [
  'since',
  ...[...rangeFields, ...fields].map(({ param }) => param),
  ...facetFields.map(({ param }) => excluded(param)),
];

/** Returns the API filter for a URL. */
export function filterOf(params: URLSearchParams): TaskRunFilter {
  const merged: Record<string, unknown> = { ...periodFilterOf(params, Date.now()) };
  const others: TaskRunFilter[] = [];
  for (const active of activeFilters(params)) {
    const filter = active.isExcluded ? { NOT: plainFilter(active) } : plainFilter(active);
    if (Object.keys(filter).some((name) => name in merged)) others.push(filter);
    else Object.assign(merged, filter);
  }
  return others.length === 0 ? merged : { ...merged, AND: [...((merged.AND as TaskRunFilter[]) ?? []), ...others] };
}

export interface ActiveFilter {
  readonly field: FilterField;
  readonly values: readonly string[];
  readonly isExcluded: boolean;
}

/** Returns the API filter for the values, even if they are excluded. */
export function plainFilter({ field: { toFilter }, values }: ActiveFilter): TaskRunFilter {
  return toFilter(values);
}

/** Returns the filters in a URL, except its period. */
export function activeFilters(params: URLSearchParams): readonly ActiveFilter[] {
  return activeOf(fields, params);
}

/** Returns the filters in a URL that the API may reject. */
export function rejectableFilters(params: URLSearchParams): readonly ActiveFilter[] {
  return activeOf([...rangeFields, ...fields], params);
}

function activeOf(filterFields: readonly FilterField[], params: URLSearchParams): readonly ActiveFilter[] {
  return filterFields.flatMap((filterField) =>
    [false, true].flatMap((isExcluded) => {
      const values = params
        .getAll(isExcluded ? excluded(filterField.param) : filterField.param)
        .filter((value) => value !== '');
      return values.length > 0 ? [{ field: filterField, values, isExcluded }] : [];
    }),
  );
}

export function hasFilters(params: URLSearchParams): boolean {
  return filterParams.some((param) => params.has(param));
}

export const firstPage = { after: null, before: null };

/** Sets a filter, and returns to the first page of the list. */
export function setFilter(param: string, value: string | null): void {
  setParams({ [param]: value, ...firstPage });
}

/** Adds a value to those that a filter includes or excludes, or removes it if it is already one of them. */
export function toggleValue(params: URLSearchParams, param: string, value: string, isExcluded: boolean): void {
  const name = isExcluded ? excluded(param) : param;
  const other = isExcluded ? param : excluded(param);
  const values = params.getAll(name);
  setParams({
    [name]: values.includes(value) ? values.filter((selectedValue) => selectedValue !== value) : [...values, value],
    [other]: params.getAll(other).filter((selectedValue) => selectedValue !== value),
    ...firstPage,
  });
}

export function removeFilter({ field: { param }, isExcluded }: ActiveFilter): void {
  setFilter(isExcluded ? excluded(param) : param, null);
}

/** Removes all filters and the period. */
export const withoutFilters: ParamChanges = Object.fromEntries(filterParams.map((param) => [param, null]));

export function removeFilters(): void {
  setParams({ ...withoutFilters, ...firstPage });
}
