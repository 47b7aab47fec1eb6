// A filter as SQL: a fixed fragment for each condition that is given, its values as parameters. The text follows from
// which conditions are given, never from what they say. Most are decided in task_run_list_idx without a visit to the table.

import type { SqlParameters } from '../../database/sql-parameters.js';
import type { RunFilter } from './run-filter.js';

type Add = SqlParameters['add'];
type Conditions = {
  readonly [Name in keyof RunFilter]-?: (value: NonNullable<RunFilter[Name]>, add: Add, projectId: string) => string;
};

const conditions: Conditions = {
  isError: (wanted) => isTrue('run.is_error', wanted),
  taskRevisionId: (id, add) => `run.task_revision_id = ${add(id, 'uuid')}`,
  reportingGroupId: (id, add) => `run.reporting_group_id = ${add(id, 'uuid')}`,
  reportingGroupName: (name, add, projectId) =>
    `run.reporting_group_id = (SELECT id FROM reporting_group WHERE project_id = ${add(projectId, 'uuid')} AND name = ${add(name, 'varchar')})`,
  userId: (id, add) => `run.user_id = ${add(id, 'uuid')}`,
  referenceEquals: (text, add) => `run.reference = ${add(text, 'varchar')}`,
  referenceIn: (texts, add) => `run.reference = ANY (${add(texts, 'varchar[]')})`,
  referenceStartsWith: (text, add) => startsWith('run.reference', add(text, 'varchar')),
  contextIdEquals: (text, add) => `run.context_id = ${add(text, 'varchar')}`,
  contextIdIn: (texts, add) => `run.context_id = ANY (${add(texts, 'varchar[]')})`,
  contextIdStartsWith: (text, add) => startsWith('run.context_id', add(text, 'varchar')),
  createdAfter: (moment, add) => `run.created >= ${add(moment, 'timestamptz')}`,
  createdBefore: (moment, add) => `run.created < ${add(moment, 'timestamptz')}`,
  usedFallbackModel: (wanted) => isTrue('run.used_fallback_model', wanted),
  fallbackLlmModelId: (id, add) => `run.fallback_llm_model_id = ${add(id, 'uuid')}`,
  primaryFailureReasonContains: (text, add) =>
    `run.primary_failure_reason IS NOT NULL AND strpos(run.primary_failure_reason, ${add(text, 'text')}) > 0`,
  minLlmRetries: (count, add) => `run.llm_retries >= ${add(count, 'integer')}`,
  minLlmCallTiming: (seconds, add) => `run.llm_call_timing >= ${add(seconds, 'double precision')}`,
  minTotalTokens: (count, add) => `run.total_tokens >= ${add(count, 'integer')}`,
  minChargedCredits: (decimal, add) => `run.charged_credits >= ${add(decimal, 'numeric')}`,
  hasFiles: (wanted) =>
    `${wanted ? '' : 'NOT '}EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id)`,
};

/** The filter as conditions on the row `run`, each beginning with AND; nothing for a filter that asks for nothing. */
export function runConditions(filter: RunFilter, projectId: string, add: Add): string {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      if (value === null) return ' AND run.reporting_group_id IS NULL';
      const condition = conditions[name as keyof RunFilter] as (value: unknown, add: Add, projectId: string) => string;
      return ` AND ${condition(value, add, projectId)}`;
    })
    .join('');
}

/** A stored null reads as false. */
function isTrue(column: string, wanted: boolean): string {
  return wanted ? column : `${column} IS NOT TRUE`;
}

/**
 * A range instead of LIKE: no character of the text means anything else, and a prepared plan can use the index. The
 * columns hold at most 64 characters and compare byte by byte, so 64 times the last character is beyond all of them.
 */
function startsWith(column: string, text: string): string {
  return `${column} >= ${text} AND ${column} < ${text} || repeat(chr(1114111), 64)`;
}
