// The filters of runs, a row each. GraphQL's input, REST's parameters, checks and SQL follow from here, in this order.
// Most are decided in task_run_list_idx without reading the table.

import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { checkDateTime, checkText, compare, type FilterRow, isTrue, matchText } from './filter-row.js';

/** `ALL`, which REST has, is no condition. */
type RunStatus = 'SUCCESS' | 'FAIL' | 'ALL';

const filter = <Input>(row: FilterRow<Input>) => row;

export const runFilters = {
  status: filter<RunStatus>({
    type: 'TaskRunStatus',
    description: 'Runs that ended with this status.',
    conditions: [
      { key: 'isError', parse: (status) => (status === 'ALL' ? undefined : status === 'FAIL'), sql: isTrue('isError') },
    ],
    restParameter: 'status',
  }),
  taskRevisionId: compare('taskRevisionId', '=', 'Runs of this task revision.', { restParameter: 'task_revision_id' }),
  reportingGroupId: compare(
    'reportingGroupId',
    '=',
    'Runs of this reporting group; null: runs without a reporting group.',
    {
      ifNull: 'run.reporting_group_id IS NULL',
    },
  ),
  reportingGroupName: filter<string>({
    type: 'String',
    description: "Runs of the project's reporting group with exactly this name.",
    conditions: [
      {
        parse: (name, filter) => checkText([filter], name, limits.shortTextLength.value),
        sql: (name, add, projectId) =>
          `run.reporting_group_id = (SELECT id FROM reporting_group WHERE project_id = ${add(projectId, 'uuid')} AND name = ${add(name, 'varchar')})`,
      },
    ],
  }),
  userId: compare('userId', '=', 'Runs that this user executed.'),
  reference: matchText('reference', 'Runs whose `reference` matches.'),
  contextId: matchText('contextId', 'Runs whose `contextId` matches.'),
  createdAfter: compare('created', '>=', 'Runs created at this time or later.', { restParameter: 'created_after' }),
  createdBefore: compare('created', '<', 'Runs created before this time.', {
    restParameter: 'created_before',
    parse(text, filter, { createdAfter }, now) {
      const createdBefore = checkDateTime(text, filter, now);
      if (typeof createdAfter === 'string' && createdAfter > createdBefore) {
        throw validationFailed(['filter', 'createdAfter'], 'must not be later than createdBefore');
      }
      return createdBefore;
    },
  }),
  usedFallbackModel: filter<boolean>({
    type: 'Boolean',
    description: 'Runs that used the fallback model, or did not.',
    conditions: [{ sql: isTrue('usedFallbackModel') }],
  }),
  fallbackLlmModelId: compare('fallbackLlmModelId', '=', 'Runs that used this fallback model.'),
  primaryFailureReasonContains: filter<string>({
    type: 'String',
    description: 'Runs whose `primaryFailureReason` contains this text; case-sensitive.',
    conditions: [
      {
        parse: (text, filter) => checkText([filter], text),
        sql: (text, add) =>
          `run.primary_failure_reason IS NOT NULL AND strpos(run.primary_failure_reason, ${add(text, 'text')}) > 0`,
      },
    ],
  }),
  minLlmRetries: compare('llmRetries', '>=', 'Runs with at least N retries.', {
    // No count is below zero, and a run without a count has zero retries.
    parse: (count) => (count > 0 ? count : undefined),
  }),
  minLlmCallTiming: compare('llmCallTiming', '>=', 'Runs whose LLM call took at least N seconds.'),
  minTotalTokens: compare('totalTokens', '>=', 'Runs with at least N tokens in total.'),
  minChargedCredits: compare('chargedCredits', '>=', 'Runs charged at least N credits.'),
  hasFiles: filter<boolean>({
    type: 'Boolean',
    description: 'Runs with files, or without.',
    conditions: [
      {
        sql: (hasFiles) =>
          `${hasFiles ? '' : 'NOT '}EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id)`,
      },
    ],
  }),
};
