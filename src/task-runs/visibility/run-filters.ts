// The run filters, one per row. GraphQL's input, REST's parameters, validation and SQL are derived from this table, in
// its order. Most filters are decided by task_run_list_idx without reading the table of runs.

import { wordsOfRun, wordsOfText } from '../../database/search-index.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { failureKind } from '../columns/previews.js';
import { parseResourceId } from '../columns/run-path.js';
import {
  booleanSql,
  checkDateTime,
  checkList,
  checkText,
  compareColumn,
  type EvaluatedIn,
  type FilterPath,
  type FilterRow,
  matchAny,
  matchPresence,
  matchText,
} from './filter-row.js';
import { matchJson, matchModel } from './json-conditions.js';

/** REST's `ALL` is not a condition. */
type RunStatus = 'SUCCESS' | 'FAIL' | 'ALL';

const filter = <Input>(row: FilterRow<Input>) => row;
const evaluatedInTable = (): EvaluatedIn => 'table';
const isSingle = (values: unknown) => Array.isArray(values) && values.length === 1;

export const runFilters = {
  status: filter<RunStatus>({
    type: 'TaskRunStatus',
    description: 'Runs with this status.',
    conditions: [
      {
        key: 'isError',
        parse: (status) => (status === 'ALL' ? undefined : status === 'FAIL'),
        sql: booleanSql('isError'),
      },
    ],
  }),
  statusIn: filter<readonly RunStatus[]>({
    type: 'TaskRunStatus',
    list: 'values',
    description: 'Runs with one of these statuses.',
    conditions: [
      {
        key: 'isErrorIn',
        parse(statuses, path) {
          const isError = checkList(statuses, path, (status) => status);
          return isError.length === 1 && isError[0] !== 'ALL' ? isError[0] === 'FAIL' : undefined;
        },
        sql: booleanSql('isError'),
      },
    ],
  }),
  projectIdIn: filter<readonly string[]>({
    type: 'ID',
    list: 'values',
    description: 'Runs of one of these projects.',
    conditions: [
      {
        parse: (ids, path) => checkList(ids, path, (id, at) => parseResourceId(at.join('.'), id)),
        sql(value, add, projects) {
          const projectIds = value as readonly string[];
          if (typeof projects === 'string') return `${add(projects, 'uuid')} = ANY (${add(projectIds, 'uuid[]')})`;
          return `run.task_id = ANY (${add(tasksOfProjects(projects, projectIds), 'uuid[]')})`;
        },
      },
    ],
  }),
  taskIdIn: matchAny('taskId', 'Runs of one of these tasks.'),
  taskRevisionId: compareColumn('taskRevisionId', '=', 'Runs of this task revision.'),
  taskRevisionIdIn: matchAny('taskRevisionId', 'Runs of one of these task revisions.'),
  reportingGroupId: compareColumn(
    'reportingGroupId',
    '=',
    'Runs of this reporting group. Null matches runs without a reporting group.',
    {
      nullSql: 'run.reporting_group_id IS NULL',
    },
  ),
  reportingGroupIdIn: matchAny(
    'reportingGroupId',
    'Runs of one of these reporting groups. Null in the list matches runs without a reporting group.',
    'values and null',
  ),
  reportingGroupName: filter<string>({
    type: 'String',
    description: 'Runs of the reporting group with exactly this name; in an organization, of every such group.',
    maxLength: limits.shortTextLength.value,
    conditions: [
      {
        parse: (name, path) => checkText(path, name, limits.shortTextLength.value),
        sql(name, add, projects) {
          const groups = (isOfProject: string) =>
            `SELECT id FROM reporting_group WHERE project_id ${isOfProject} AND name = ${add(name, 'varchar')}`;
          return typeof projects === 'string'
            ? `run.reporting_group_id = (${groups(`= ${add(projects, 'uuid')}`)})`
            : `run.reporting_group_id = ANY (ARRAY(${groups(`= ANY (${add([...new Set(projects.values())], 'uuid[]')})`)}))`;
        },
        evaluatedIn: () => 'any index',
      },
    ],
  }),
  userId: compareColumn('userId', '=', 'Runs that this user executed.'),
  userIdIn: matchAny('userId', 'Runs that one of these users executed.'),
  reference: matchText('reference', 'Runs whose `reference` meets these conditions.'),
  contextId: matchText('contextId', 'Runs whose `contextId` meets these conditions.'),
  createdAfter: compareColumn('created', '>=', 'Runs created at this time or later.'),
  createdBefore: compareColumn('created', '<', 'Runs created before this time.', {
    parse(text, path, { createdAfter }, now) {
      const createdBefore = checkDateTime(text, path, now);
      if (now !== null && typeof createdAfter === 'string' && createdAfter > createdBefore) {
        throw validationFailed([...path.slice(0, -1), 'createdAfter'], 'must not be later than `createdBefore`');
      }
      return createdBefore;
    },
  }),
  usedFallbackModel: filter<boolean>({
    type: 'Boolean',
    description: 'Runs that used the fallback model (true) or did not (false).',
    conditions: [{ sql: booleanSql('usedFallbackModel') }],
  }),
  fallbackLlmModelId: compareColumn('fallbackLlmModelId', '=', 'Runs that used this fallback model.'),
  fallbackLlmModelIdIn: matchAny('fallbackLlmModelId', 'Runs that used one of these fallback models.'),
  primaryFailureReasonContains: filter<string>({
    type: 'String',
    description: "Runs whose primary model's failure contains this text. Case-sensitive.",
    maxLength: limits.textLength.value,
    conditions: [
      {
        parse: (text, path) => checkText(path, text),
        sql: (text, add) =>
          `run.primary_failure_reason IS NOT NULL AND strpos(run.primary_failure_reason, ${add(text, 'text')}) > 0`,
        evaluatedIn: () => 'own index',
        implied: () => ({ hasPrimaryFailureReason: true }),
      },
    ],
  }),
  failureIn: filter<readonly string[]>({
    type: 'String',
    list: 'values',
    hasCommas: true,
    description:
      'Failed runs with one of these kinds of failures, which are messages without the parts that differ from run to run.',
    conditions: [
      {
        parse: (kinds, path) => checkList(kinds, path, (kind, at) => checkText(at, kind, limits.failureLength.value)),
        // With `=` for a single kind, task_run_failure_v2_idx returns its runs in list order.
        sql(value, add) {
          const kinds = value as readonly string[];
          return `run.is_error AND ${failureKind} COLLATE "C" = ${isSingle(kinds) ? add(kinds[0], 'text') : `ANY (${add(kinds, 'text[]')})`}`;
        },
        // Runs of several kinds are not in list order, so the list index finds the failed runs and their kinds are
        // tested.
        evaluatedIn: (kinds) => (isSingle(kinds) ? 'own index' : 'table'),
        implied: (kinds) => (isSingle(kinds) ? undefined : { isError: true }),
      },
    ],
  }),
  failureFirstSeenAfter: filter<string>({
    type: 'DateTime',
    description:
      'Failed runs of kinds that no run of the task, project or organization had before this time, among the runs whose payload the caller may see. Not allowed for changes.',
    conditions: [
      {
        parse: (text, path, _parsed, now) => checkDateTime(text, path, now),
        sql() {
          throw new Error('A condition on new kinds must be replaced by one on the kinds.');
        },
        evaluatedIn: evaluatedInTable,
      },
    ],
  }),
  minLlmRetries: compareColumn('llmRetries', '>=', 'Runs with at least N retries.', {
    // Counts are never negative, and a run without a count has zero retries.
    parse: (count) => (count > 0 ? count : undefined),
  }),
  maxLlmRetries: filter<number>({
    type: 'Int',
    description: 'Runs with at most N retries.',
    conditions: [{ sql: (count, add) => `coalesce(run.llm_retries, 0) <= ${add(count, 'integer')}` }],
  }),
  minLlmCallTiming: compareColumn(
    'llmCallTiming',
    '>=',
    'Runs whose LLM call took at least N seconds. Runs without a measured LLM call do not match.',
  ),
  maxLlmCallTiming: compareColumn(
    'llmCallTiming',
    '<=',
    'Runs whose LLM call took at most N seconds. Runs without a measured LLM call do not match.',
  ),
  minTotalTokens: compareColumn('totalTokens', '>=', 'Runs with at least N tokens in total.'),
  maxTotalTokens: compareColumn('totalTokens', '<=', 'Runs with at most N tokens in total.'),
  minChargedCredits: compareColumn(
    'chargedCredits',
    '>=',
    'Runs charged at least N credits. Runs that were not charged do not match.',
  ),
  maxChargedCredits: compareColumn(
    'chargedCredits',
    '<=',
    'Runs charged at most N credits. Runs that were not charged do not match.',
  ),
  hasFiles: filter<boolean>({
    type: 'Boolean',
    description: 'Runs with files (true) or without files (false).',
    conditions: [
      {
        // OFFSET 0 looks files up run by run. A join would read the files of all runs.
        sql: (hasFiles) =>
          `${hasFiles ? '' : 'NOT '}EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id OFFSET 0)`,
      },
    ],
  }),
  hasReportingGroup: matchPresence('reportingGroupId', 'Runs with a reporting group (true) or without one (false).'),
  hasUser: matchPresence('userId', 'Runs whose user is known (true) or unknown (false).'),
  hasReference: matchPresence('reference', 'Runs with a reference (true) or without one (false).'),
  hasContext: matchPresence('contextId', 'Runs with a context (true) or without one (false).'),
  hasPrimaryFailureReason: matchPresence(
    'primaryFailureReason',
    'Runs whose primary model failed (true) or did not fail (false).',
    (present) => (present ? 'own index' : 'table'),
  ),
  hasFallbackLlmModel: matchPresence('fallbackLlmModelId', 'Runs with a fallback model (true) or without one (false).'),
  hasLlmCallTiming: matchPresence('llmCallTiming', 'Runs whose LLM call was measured (true) or was not (false).'),
  hasChargedCredits: matchPresence('chargedCredits', 'Runs that were charged (true) or were not charged (false).'),
  hasResponse: filter<boolean>({
    type: 'Boolean',
    description: 'Runs with a response (true) or without one (false). JSON null counts as no response.',
    conditions: [
      {
        sql: (present) =>
          present
            ? "run.response IS NOT NULL AND run.response <> 'null'::jsonb"
            : "(run.response IS NULL OR run.response = 'null'::jsonb)",
        evaluatedIn: evaluatedInTable,
      },
    ],
  }),
  response: matchJson('response', 'Runs whose response meets all of these conditions.'),
  submitted: matchJson('submitted', 'Runs whose submitted inputs meet all of these conditions.'),
  runData: matchJson('runData', 'Runs whose run data meet all of these conditions.'),
  model: filter<string>({
    type: 'String',
    description: 'Runs of this model.',
    maxLength: limits.modelLength.value,
    conditions: [matchModel((model) => [model])],
  }),
  modelIn: filter<readonly string[]>({
    type: 'String',
    list: 'values',
    description: 'Runs of one of these models.',
    conditions: [matchModel((models) => models)],
  }),
  search: filter<string>({
    type: 'String',
    description:
      'Runs whose response and submitted inputs contain all of these words, such as `order 4711`, in any order. A word is a sequence of letters and digits. Only whole words match; case is ignored. Not allowed in `OR` or `NOT`.',
    maxLength: limits.searchLength.value,
    conditions: [
      {
        parse: checkSearch,
        sql: (text, add) => `${wordsOfRun('run')} @> ${wordsOfText(add(text, 'text'))}`,
        evaluatedIn: evaluatedInTable,
      },
    ],
  }),
};

/** Returns the tasks in these projects. @param projects by task */
export function tasksOfProjects(projects: ReadonlyMap<string, string>, projectIds: readonly string[]): string[] {
  return [...projects.keys()].filter((taskId) => projectIds.includes(projects.get(taskId)!));
}

/** Rejects a search inside OR or NOT, where its index does not help. */
function checkSearch(text: string, path: FilterPath): string {
  if (path.includes('OR') || path.includes('NOT')) throw validationFailed(path, 'must not be inside OR or NOT');
  checkText(path, text, limits.searchLength.value);
  if (!/[\p{L}\p{N}]/u.test(text)) throw validationFailed(path, 'must contain at least one letter or digit');
  // PostgreSQL rejects lone surrogates.
  if (/\p{Cs}/u.test(text)) throw validationFailed(path, 'must not contain unpaired surrogates');
  return text;
}
