// What a list, a count or a statistic is narrowed down to: from what a client wrote to values that are safe to compare.

import { validationFailed } from '../../errors/validation.js';
import { decimal } from '../record/decimal.js';
import { parseResourceId } from '../record/run-path.js';
import { parseMoment } from '../record/timestamp.js';

/** A text condition as a client writes it; what is given must hold all at once. */
export interface TextFilterInput {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

/** A filter as a client writes it, over whichever door. A null counts as absent, but for the reporting group's id. */
export interface RunFilterInput {
  readonly status?: 'SUCCESS' | 'FAIL' | null;
  readonly taskRevisionId?: string | null;
  /** null: runs without a reporting group. */
  readonly reportingGroupId?: string | null;
  readonly reportingGroupName?: string | null;
  readonly userId?: string | null;
  readonly reference?: TextFilterInput | null;
  readonly contextId?: TextFilterInput | null;
  readonly createdAfter?: string | null;
  readonly createdBefore?: string | null;
  readonly usedFallbackModel?: boolean | null;
  readonly fallbackLlmModelId?: string | null;
  readonly primaryFailureReasonContains?: string | null;
  readonly minLlmRetries?: number | null;
  readonly minLlmCallTiming?: number | null;
  readonly minTotalTokens?: number | null;
  readonly minChargedCredits?: string | null;
  readonly hasFiles?: boolean | null;
}

/** A filter whose values were checked; undefined leaves the runs as they are. Its keys always come in this order. */
export interface RunFilter {
  readonly isError: boolean | undefined;
  readonly taskRevisionId: string | undefined;
  readonly reportingGroupId: string | null | undefined;
  readonly reportingGroupName: string | undefined;
  readonly userId: string | undefined;
  readonly referenceEquals: string | undefined;
  readonly referenceIn: readonly string[] | undefined;
  readonly referenceStartsWith: string | undefined;
  readonly contextIdEquals: string | undefined;
  readonly contextIdIn: readonly string[] | undefined;
  readonly contextIdStartsWith: string | undefined;
  /** The first moment, in the form of the DateTime scalar. */
  readonly createdAfter: string | undefined;
  /** The first moment beyond. */
  readonly createdBefore: string | undefined;
  readonly usedFallbackModel: boolean | undefined;
  readonly fallbackLlmModelId: string | undefined;
  readonly primaryFailureReasonContains: string | undefined;
  readonly minLlmRetries: number | undefined;
  /** Seconds. */
  readonly minLlmCallTiming: number | undefined;
  readonly minTotalTokens: number | undefined;
  /** A decimal string. */
  readonly minChargedCredits: string | undefined;
  readonly hasFiles: boolean | undefined;
}

/** The longest reference, context id and name that are stored. */
const longestLabel = 64;
const longestReason = 1000;
const mostTexts = 100;
const longestDecimal = 100;

/**
 * A filter that leaves all runs is {@link noFilter} itself.
 * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER or VALIDATION_FAILED, naming the member of `filter`.
 */
export function parseRunFilter(input: RunFilterInput | null | undefined): RunFilter {
  if (!input) return noFilter;
  const filter = parseConditions(input);
  return Object.values(filter).every((condition) => condition === undefined) ? noFilter : filter;
}

function parseConditions(input: RunFilterInput): RunFilter {
  const id = (name: 'taskRevisionId' | 'userId' | 'fallbackLlmModelId') =>
    given(input[name], (value) => parseResourceId(`filter.${name}`, value));
  const text = (name: 'reportingGroupName' | 'primaryFailureReasonContains', longest: number) =>
    given(input[name], (value) => parseText(['filter', name], value, longest));
  return {
    isError: given(input.status, (status) => status === 'FAIL'),
    taskRevisionId: id('taskRevisionId'),
    reportingGroupId:
      input.reportingGroupId === null
        ? null
        : given(input.reportingGroupId, (value) => parseResourceId('filter.reportingGroupId', value)),
    reportingGroupName: text('reportingGroupName', longestLabel),
    userId: id('userId'),
    ...labelConditions('reference', input.reference ?? {}),
    ...labelConditions('contextId', input.contextId ?? {}),
    ...createdRange(input.createdAfter, input.createdBefore),
    usedFallbackModel: input.usedFallbackModel ?? undefined,
    fallbackLlmModelId: id('fallbackLlmModelId'),
    primaryFailureReasonContains: text('primaryFailureReasonContains', longestReason),
    // Nothing is below zero, and a run without a count has tried again zero times.
    minLlmRetries: given(input.minLlmRetries, (count) => (count > 0 ? count : undefined)),
    minLlmCallTiming: input.minLlmCallTiming ?? undefined,
    minTotalTokens: input.minTotalTokens ?? undefined,
    minChargedCredits: given(input.minChargedCredits, parseCredits),
    hasFiles: input.hasFiles ?? undefined,
  };
}

function given<In, Out>(value: In | null | undefined, parse: (value: In) => Out): Out | undefined {
  return value === null || value === undefined ? undefined : parse(value);
}

type Label = 'reference' | 'contextId';
type LabelConditions<Name extends Label> = Pick<RunFilter, `${Name}Equals` | `${Name}In` | `${Name}StartsWith`>;

function labelConditions<Name extends Label>(name: Name, input: TextFilterInput): LabelConditions<Name> {
  const parse = (member: string) => (value: string) => parseText(['filter', name, member], value, longestLabel);
  return {
    [`${name}Equals`]: given(input.eq, parse('eq')),
    [`${name}In`]: given(input.in, (values) => {
      if (values.length === 0 || values.length > mostTexts) {
        throw validationFailed(['filter', name, 'in'], `must hold 1 to ${mostTexts} values`);
      }
      return values.map(parse('in'));
    }),
    [`${name}StartsWith`]: given(input.startsWith, parse('startsWith')),
  } as unknown as LabelConditions<Name>;
}

function parseText(loc: readonly string[], value: string, longest: number): string {
  // PostgreSQL counts characters, not UTF-16 units.
  if (value.length > 2 * longest || [...value].length > longest) {
    throw validationFailed(loc, `must have at most ${longest} characters`, 'string_too_long');
  }
  if (value.includes('\0')) throw validationFailed(loc, 'must not hold a NUL character');
  return value;
}

function createdRange(after: string | null | undefined, before: string | null | undefined) {
  const createdAfter = given(after, (value) => parseCreated('createdAfter', value));
  const createdBefore = given(before, (value) => parseCreated('createdBefore', value));
  if (createdAfter !== undefined && createdBefore !== undefined && createdAfter > createdBefore) {
    throw validationFailed(['filter', 'createdAfter'], 'must not be later than createdBefore');
  }
  return { createdAfter, createdBefore };
}

function parseCreated(name: string, text: string): string {
  const moment = parseMoment(text);
  if (moment === null) throw validationFailed(['filter', name], 'must be a moment that exists');
  return moment;
}

function parseCredits(text: string): string {
  if (text.length > longestDecimal || !decimal.test(text)) {
    throw validationFailed(
      ['filter', 'minChargedCredits'],
      `must be a decimal of at most ${longestDecimal} characters`,
    );
  }
  return text;
}

export const noFilter: RunFilter = parseConditions({});
