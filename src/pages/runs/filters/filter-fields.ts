// Every filter of the pages: its parameter in the address, its label, and the filter of the API that it sets. Types come from
// the schema.

import { setParams } from '../navigation.js';
import { filterTypes, type TaskRunFilter } from '../operations.js';
import { periodFilterOf } from './period.js';
import { valueFilterOf } from './value-filter.js';

type FilterName = keyof typeof filterTypes;

export interface FilterField {
  readonly param: string;
  readonly label: string;
  /** In the schema; undefined for several filters together. */
  readonly type?: (typeof filterTypes)[FilterName];
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** Whether it is about payload, so that no run matches of which the caller sees the usage alone. */
  readonly isPayload?: boolean;
  /** Shown in the field while it is empty. */
  readonly example?: string;
  toFilter(value: string): TaskRunFilter;
}

const yesOrNo = [
  ['true', 'with'],
  ['false', 'without'],
] as const;

/** Returns a field that sets one filter. */
function field(param: string, label: string, name: FilterName, further: Partial<FilterField> = {}): FilterField {
  const type = filterTypes[name];
  return {
    param,
    label,
    type,
    ...(type === 'Boolean' && { choices: yesOrNo }),
    toFilter: (text) => ({ [name]: readValue(type, text) }),
    ...further,
  };
}

/** Returns text that is no number as it is: the error of the API names the right form. */
function readValue(type: FilterField['type'], text: string): unknown {
  if (type === 'Boolean') return text === 'true';
  if (type === 'TextFilter') return { eq: text };
  return (type === 'Int' || type === 'Float') && Number.isFinite(Number(text)) ? Number(text) : text;
}

export const statusField = field('status', 'Status', 'status', {
  choices: [
    ['SUCCESS', 'succeeded'],
    ['FAIL', 'failed'],
  ],
});

export const groupField = field('group', 'Reporting group', 'reportingGroupId', {
  toFilter: (id) => ({ reportingGroupId: id === 'none' ? null : id }),
});

/** In the panel, in this order. */
export const panelFields: readonly FilterField[] = [
  field('words', 'Words in response or inputs', 'search', { example: 'order 4711', isPayload: true }),
  groupField,
  field('context', 'Context', 'contextId'),
  field('reference', 'Reference begins with', 'reference', {
    toFilter: (startsWith) => ({ reference: { startsWith } }),
  }),
  field('revision', 'Task revision', 'taskRevisionId'),
  field('user', 'User', 'userId'),
  field('reason', 'Primary model’s failure contains', 'primaryFailureReasonContains', { example: 'timeout' }),
  field('fallback', 'Fallback model', 'usedFallbackModel'),
  field('files', 'Files', 'hasFiles'),
  field('min-seconds', 'Seconds, at least', 'minLlmCallTiming'),
  field('min-tokens', 'Tokens, at least', 'minTotalTokens'),
  field('min-credits', 'Credits, at least', 'minChargedCredits'),
  field('min-retries', 'Retries, at least', 'minLlmRetries'),
  { param: 'is', label: 'Value', example: 'response/category="billing"', isPayload: true, toFilter: valueFilterOf },
];

const fields: readonly FilterField[] = [statusField, ...panelFields];

/** Errors about a period name one of these. */
const rangeFields: readonly FilterField[] = [
  field('from', 'Period from', 'createdAfter'),
  field('to', 'Period to', 'createdBefore'),
];

/** Parameters of the address that are filters. */
export const filterParams: readonly string[] = ['since', ...[...rangeFields, ...fields].map(({ param }) => param)];

/** Returns the filter of the API that an address names. */
export function filterOf(params: URLSearchParams): TaskRunFilter {
  const filters = activeFilters(params).map(({ field, value }) => field.toFilter(value));
  return Object.assign(periodFilterOf(params, Date.now()), ...filters);
}

export interface ActiveFilter {
  readonly field: FilterField;
  readonly value: string;
}

/** Returns the filters of an address, without its period. */
export function activeFilters(params: URLSearchParams): readonly ActiveFilter[] {
  return activeOf(fields, params);
}

/** Returns the filters of an address that the API may reject. */
export function rejectableFilters(params: URLSearchParams): readonly ActiveFilter[] {
  return activeOf([...rangeFields, ...fields], params);
}

function activeOf(some: readonly FilterField[], params: URLSearchParams): readonly ActiveFilter[] {
  return some.flatMap((field) => {
    const value = params.get(field.param);
    return value ? [{ field, value }] : [];
  });
}

export function hasFilters(params: URLSearchParams): boolean {
  return filterParams.some((param) => params.has(param));
}

const firstPage = { after: null, before: null };

/** Sets a filter, and returns to the first page of the list. */
export function setFilter(param: string, value: string | null): void {
  setParams({ [param]: value, ...firstPage });
}

export function removeFilters(): void {
  setParams({ ...Object.fromEntries(filterParams.map((param) => [param, null])), ...firstPage });
}
