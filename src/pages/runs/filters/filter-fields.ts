// Every filter of the pages: its parameter in the address, what people call it, and what the API takes for it.

import { valueFilterOf } from './value-filter.js';

export interface FilterField {
  readonly param: string;
  readonly label: string;
  readonly kind: 'text' | 'id' | 'integer' | 'decimal' | 'choice' | 'time' | 'group';
  readonly choices?: readonly (readonly [value: string, label: string])[];
  /** In the field while it is empty. */
  readonly example?: string;
  toFilter(value: string): Readonly<Record<string, unknown>>;
}

/** What is no number is sent as it is: the API says what would be one. */
const numberIn = (text: string) => (Number.isFinite(Number(text)) ? Number(text) : text);

const yesOrNo = [
  ['true', 'with'],
  ['false', 'without'],
] as const;

export const statusField: FilterField = {
  param: 'status',
  label: 'Status',
  kind: 'choice',
  choices: [
    ['SUCCESS', 'succeeded'],
    ['FAIL', 'failed'],
  ],
  toFilter: (status) => ({ status }),
};

/** Where a page would have a period by default. */
export const anyTime = 'any';

/** A period that ends now; the API takes `-7d` as a time. */
export const sinceField: FilterField = {
  param: 'since',
  label: 'Created in the last',
  kind: 'choice',
  choices: [
    ['1h', 'hour'],
    ['24h', '24 hours'],
    ['7d', '7 days'],
    ['30d', '30 days'],
    ['90d', '90 days'],
  ],
  toFilter: (since) => (since === anyTime ? {} : { createdAfter: `-${since}` }),
};

export const referenceField: FilterField = {
  param: 'reference',
  label: 'Reference begins with',
  kind: 'text',
  toFilter: (startsWith) => ({ reference: { startsWith } }),
};

/** In the panel, in this order. */
export const panelFields: readonly FilterField[] = [
  {
    param: 'words',
    label: 'Words in response or inputs',
    kind: 'text',
    example: 'order 4711',
    toFilter: (search) => ({ search }),
  },
  { param: 'from', label: 'Created from', kind: 'time', toFilter: (createdAfter) => ({ createdAfter }) },
  { param: 'to', label: 'Created before', kind: 'time', toFilter: (createdBefore) => ({ createdBefore }) },
  {
    param: 'group',
    label: 'Reporting group',
    kind: 'group',
    toFilter: (id) => ({ reportingGroupId: id === 'none' ? null : id }),
  },
  { param: 'context', label: 'Context', kind: 'text', toFilter: (eq) => ({ contextId: { eq } }) },
  referenceField,
  { param: 'revision', label: 'Task revision', kind: 'id', toFilter: (taskRevisionId) => ({ taskRevisionId }) },
  { param: 'user', label: 'User', kind: 'id', toFilter: (userId) => ({ userId }) },
  {
    param: 'reason',
    label: 'Failure reason contains',
    kind: 'text',
    example: 'timeout',
    toFilter: (primaryFailureReasonContains) => ({ primaryFailureReasonContains }),
  },
  {
    param: 'fallback',
    label: 'Fallback model',
    kind: 'choice',
    choices: yesOrNo,
    toFilter: (value) => ({ usedFallbackModel: value === 'true' }),
  },
  {
    param: 'files',
    label: 'Files',
    kind: 'choice',
    choices: yesOrNo,
    toFilter: (value) => ({ hasFiles: value === 'true' }),
  },
  {
    param: 'min-seconds',
    label: 'Seconds, at least',
    kind: 'decimal',
    toFilter: (value) => ({ minLlmCallTiming: numberIn(value) }),
  },
  {
    param: 'min-tokens',
    label: 'Tokens, at least',
    kind: 'integer',
    toFilter: (value) => ({ minTotalTokens: numberIn(value) }),
  },
  {
    param: 'min-credits',
    label: 'Credits, at least',
    kind: 'decimal',
    toFilter: (minChargedCredits) => ({ minChargedCredits }),
  },
  {
    param: 'min-retries',
    label: 'Retries, at least',
    kind: 'integer',
    toFilter: (value) => ({ minLlmRetries: numberIn(value) }),
  },
  {
    param: 'is',
    label: 'Value',
    kind: 'text',
    example: 'response/category="billing"',
    toFilter: valueFilterOf,
  },
];

export const filterFields: readonly FilterField[] = [statusField, sinceField, ...panelFields];

export type RunFilter = Readonly<Record<string, unknown>>;

/** As the API takes it: all that the address says. */
export function filterOf(params: URLSearchParams): RunFilter {
  return Object.assign({}, ...activeFilters(params).map(({ field, value }) => field.toFilter(value)));
}

export interface ActiveFilter {
  readonly field: FilterField;
  readonly value: string;
}

export function activeFilters(params: URLSearchParams): readonly ActiveFilter[] {
  return filterFields.flatMap((field) => {
    const value = params.get(field.param);
    return value ? [{ field, value }] : [];
  });
}
