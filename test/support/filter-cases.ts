// Filters as clients write them, each with the same condition in handwritten SQL over `run`.

import { generated } from './generated-runs.js';

export interface FilterCase {
  readonly filter: Record<string, unknown>;
  readonly sql: string;
}

const { orgId, projectId, taskId, otherTaskId, revisions, groups, users, models } = generated;
const ids = (values: readonly string[]) => values.map((id) => `'${id}'`).join();
const isError = 'coalesce(run.is_error, false)';

export const filterCases: readonly FilterCase[] = [
  { filter: { status: 'SUCCESS' }, sql: `NOT ${isError}` },
  { filter: { taskIdIn: [taskId] }, sql: `run.task_id = '${taskId}'` },
  {
    filter: { taskIdIn: [otherTaskId], hasFiles: true, AND: [{ projectIdIn: [projectId] }] },
    sql: `run.task_id = '${otherTaskId}' AND EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id)`,
  },
  { filter: { NOT: { taskIdIn: [taskId] } }, sql: `run.task_id <> '${taskId}'` },
  { filter: { projectIdIn: [orgId] }, sql: 'false' },
  { filter: { OR: [{ projectIdIn: [orgId] }, { minTotalTokens: 50 }] }, sql: 'run.total_tokens >= 50' },
  { filter: { taskRevisionId: revisions[0] }, sql: `run.task_revision_id = '${revisions[0]}'` },
  { filter: { reportingGroupId: groups[1] }, sql: `run.reporting_group_id = '${groups[1]}'` },
  { filter: { reportingGroupId: null }, sql: 'run.reporting_group_id IS NULL' },
  {
    filter: { reportingGroupName: 'Group 0' },
    sql: "run.reporting_group_id IN (SELECT id FROM reporting_group WHERE name = 'Group 0')",
  },
  { filter: { userId: users[2] }, sql: `run.user_id = '${users[2]}'` },
  { filter: { reference: { startsWith: '100%' } }, sql: "left(run.reference, 4) = '100%'" },
  { filter: { reference: { eq: '' } }, sql: "run.reference = ''" },
  { filter: { contextId: { eq: 'context-4' } }, sql: "run.context_id = 'context-4'" },
  {
    filter: { createdAfter: '2025-03-01T00:00:00.000001Z', createdBefore: '2025-03-01T10:00:00Z' },
    sql: "run.created >= '2025-03-01T00:00:00.000001Z' AND run.created < '2025-03-01T10:00:00Z'",
  },
  { filter: { usedFallbackModel: true }, sql: 'run.used_fallback_model' },
  { filter: { usedFallbackModel: false }, sql: 'run.used_fallback_model IS NOT TRUE' },
  { filter: { fallbackLlmModelId: models[1] }, sql: `run.fallback_llm_model_id = '${models[1]}'` },
  { filter: { primaryFailureReasonContains: '100%' }, sql: "strpos(run.primary_failure_reason, '100%') > 0" },
  {
    filter: { failureIn: ['order # of #'] },
    sql: `${isError} AND run.response #>> '{}' LIKE 'order 4711 of %'`,
  },
  {
    filter: { failureIn: ['absent', 'No message'] },
    sql: `${isError} AND coalesce(jsonb_typeof(run.response), '') <> 'string'`,
  },
  {
    filter: { NOT: { failureIn: ['order # of #'] } },
    sql: `NOT ${isError} OR coalesce(jsonb_typeof(run.response), '') <> 'string'`,
  },
  { filter: { minTotalTokens: 50 }, sql: 'run.total_tokens >= 50' },
  {
    filter: { hasFiles: true },
    sql: 'EXISTS (SELECT FROM task_run_file WHERE task_run_file.task_run_id = run.id)',
  },
  { filter: { statusIn: ['FAIL'] }, sql: isError },
  { filter: { statusIn: ['SUCCESS', 'FAIL'], minTotalTokens: 400 }, sql: 'run.total_tokens >= 400' },
  { filter: { taskRevisionIdIn: [revisions[1]] }, sql: `run.task_revision_id IN (${ids([revisions[1]])})` },
  { filter: { reportingGroupIdIn: groups }, sql: `run.reporting_group_id IN (${ids(groups)})` },
  {
    filter: { reportingGroupIdIn: [groups[0], null] },
    sql: `run.reporting_group_id = '${groups[0]}' OR run.reporting_group_id IS NULL`,
  },
  { filter: { reportingGroupIdIn: [null] }, sql: 'run.reporting_group_id IS NULL' },
  { filter: { userIdIn: [users[0], users[2]] }, sql: `run.user_id IN (${ids([users[0], users[2]])})` },
  { filter: { fallbackLlmModelIdIn: [models[0]] }, sql: `run.fallback_llm_model_id = '${models[0]}'` },
  { filter: { maxLlmRetries: 0 }, sql: 'run.llm_retries = 0 OR run.llm_retries IS NULL' },
  { filter: { minLlmRetries: 1, maxLlmRetries: 1 }, sql: 'run.llm_retries = 1' },
  { filter: { maxLlmRetries: -1 }, sql: 'false' },
  { filter: { minLlmCallTiming: 5, maxLlmCallTiming: 9.5 }, sql: 'run.llm_call_timing BETWEEN 5 AND 9.5' },
  { filter: { maxTotalTokens: 100 }, sql: 'run.total_tokens <= 100' },
  { filter: { minChargedCredits: '0.1', maxChargedCredits: '1.20' }, sql: 'run.charged_credits BETWEEN 0.1 AND 1.2' },
  { filter: { hasReportingGroup: true }, sql: 'run.reporting_group_id IS NOT NULL' },
  { filter: { hasReportingGroup: false }, sql: 'run.reporting_group_id IS NULL' },
  { filter: { hasUser: false }, sql: 'run.user_id IS NULL' },
  { filter: { hasReference: true }, sql: 'run.reference IS NOT NULL' },
  { filter: { hasReference: false, hasContext: false }, sql: 'run.reference IS NULL AND run.context_id IS NULL' },
  { filter: { hasPrimaryFailureReason: true }, sql: 'run.primary_failure_reason IS NOT NULL' },
  { filter: { hasPrimaryFailureReason: false }, sql: 'run.primary_failure_reason IS NULL' },
  { filter: { hasFallbackLlmModel: false }, sql: 'run.fallback_llm_model_id IS NULL' },
  { filter: { hasLlmCallTiming: false }, sql: 'run.llm_call_timing IS NULL' },
  { filter: { hasChargedCredits: false }, sql: 'run.charged_credits IS NULL' },
  { filter: { hasResponse: true }, sql: "run.response IS NOT NULL AND run.response::text <> 'null'" },
  { filter: { hasResponse: false }, sql: "run.response IS NULL OR run.response::text = 'null'" },
  {
    filter: { AND: [{ minTotalTokens: 50 }, { minTotalTokens: 90, status: 'FAIL' }, {}] },
    sql: `run.total_tokens >= 90 AND ${isError}`,
  },
  {
    filter: { OR: [{ status: 'FAIL', maxLlmRetries: 0 }, { minChargedCredits: '2' }] },
    sql: `(${isError} AND coalesce(run.llm_retries, 0) <= 0) OR coalesce(run.charged_credits >= 2, false)`,
  },
  { filter: { NOT: { userId: users[0] } }, sql: `run.user_id IS DISTINCT FROM '${users[0]}'` },
  {
    filter: { NOT: { minLlmCallTiming: 5 } },
    sql: 'run.llm_call_timing < 5 OR run.llm_call_timing IS NULL',
  },
  {
    filter: {
      status: 'SUCCESS',
      NOT: { OR: [{ reference: { startsWith: '100' } }, { contextId: { eq: 'context-4' } }] },
    },
    sql: `NOT ${isError} AND coalesce(left(run.reference, 3), '') <> '100' AND coalesce(run.context_id, '') <> 'context-4'`,
  },
  {
    filter: { contextId: { in: ['context-2', 'context-4'] }, OR: [{ hasFiles: true }, { hasReference: false }] },
    sql: `run.context_id IN ('context-2', 'context-4')
      AND (run.reference IS NULL OR EXISTS (SELECT FROM task_run_file WHERE task_run_id = run.id))`,
  },
  {
    filter: { NOT: { primaryFailureReasonContains: 'quota 5', NOT: { reportingGroupName: 'Group 1' } } },
    sql: `coalesce(run.primary_failure_reason, '') NOT LIKE '%quota 5%'
      OR run.reporting_group_id IN (SELECT id FROM reporting_group WHERE name = 'Group 1')`,
  },
  { filter: json('response', { path: '/category', eq: 'billing' }), sql: `run.response -> 'category' = '"billing"'` },
  { filter: json('response', { path: '/category', eq: null }), sql: "run.response -> 'category' = 'null'" },
  {
    filter: json('response', { path: '/category', in: ['shipping', null, ''] }),
    sql: `run.response -> 'category' IN ('"shipping"', 'null')`,
  },
  { filter: json('response', { path: '/category', exists: true }), sql: "run.response ? 'category'" },
  {
    filter: json('response', { path: '/category', exists: false }),
    sql: "NOT coalesce(run.response ? 'category', false)",
  },
  {
    filter: json('response', { path: '/score', gt: 5, lte: '60.50' }),
    sql: `CASE WHEN jsonb_typeof(run.response -> 'score') = 'number'
      THEN (run.response ->> 'score')::numeric > 5 AND (run.response ->> 'score')::numeric <= 60.5 END`,
  },
  {
    filter: json('response', { path: '/score', gte: '12345678901234567890.4', lt: '12345678901234567890.51' }),
    sql: "run.response ->> 'score' = '12345678901234567890.5'",
  },
  { filter: json('response', { path: '/score', lt: '0' }), sql: 'false' },
  {
    filter: json('response', { path: '/tags', contains: 'b' }),
    sql: `run.response -> 'tags' @> '["b"]' OR run.response ->> 'tags' LIKE '%b%'`,
  },
  { filter: json('response', { path: '/tags', contains: 7 }), sql: "run.response -> 'tags' @> '[7]'" },
  {
    filter: json('response', { path: '/a~1b/~0', eq: true }),
    sql: `run.response -> 'a/b' ->> '~' = 'true'`,
  },
  { filter: json('response', { path: '/', exists: true }), sql: "run.response ? ''" },
  {
    filter: json('response', { path: '/-1', exists: true }),
    sql: "jsonb_typeof(run.response) = 'object' AND run.response ? '-1'",
  },
  {
    filter: json('response', { path: '/0', exists: true }),
    sql: `jsonb_typeof(run.response) = 'array' OR (jsonb_typeof(run.response) = 'object' AND run.response ? '0')`,
  },
  { filter: json('response', { path: '/1/-1', eq: 'm' }), sql: `run.response @> '[{"-1": "m"}]'` },
  {
    filter: json('response', { path: '/items/1/label', in: ['y8', 'y16'] }, { path: '/items/0/label', eq: 'x' }),
    sql: `run.response ->> 'items' IN ('[{"label": "x"}, {"label": "y8"}]', '[{"label": "x"}, {"label": "y16"}]')`,
  },
  { filter: json('response', { path: '', eq: 12 }), sql: `run.response::text LIKE '12.0%'` },
  { filter: json('response', { path: '', contains: '4711' }), sql: `run.response::text LIKE '"%4711%"'` },
  { filter: json('response', { path: '', exists: false }), sql: 'run.response IS NULL' },
  { filter: json('submitted', { path: '/flag', eq: true }), sql: 'run.run_data @> \'{"submitted": {"flag": true}}\'' },
  {
    filter: json('submitted', { path: '/n', gte: 20, lt: 30 }),
    sql: "(run.run_data -> 'submitted' ->> 'n')::numeric BETWEEN 20 AND 29",
  },
  { filter: json('submitted', { path: '', exists: false }), sql: "NOT run.run_data ? 'submitted'" },
  {
    filter: json('runData', { path: '/submitted/text', contains: 'Order 1' }),
    sql: "run.run_data::text LIKE '%Order 1%'",
  },
  {
    filter: { status: 'FAIL', NOT: json('response', { path: '/score', gt: 5 }) },
    sql: `${isError} AND NOT coalesce(CASE WHEN jsonb_typeof(run.response -> 'score') = 'number'
      THEN (run.response ->> 'score')::numeric > 5 END, false)`,
  },
  {
    filter: json('submitted', { path: '/n', in: [20, '21', 30.0, null] }),
    sql: "run.run_data -> 'submitted' ->> 'n' IN ('20', '30')",
  },
  {
    filter: { search: 'order', ...json('response', { path: '/category', eq: 'billing' }) },
    sql: `run.response ->> 'category' = 'billing' AND ${withWords('order')}`,
  },
  { filter: { search: 'Billing' }, sql: withWords('billing') },
  { filter: { search: 'category' }, sql: 'false' },
  { filter: { search: '4711-ORDER' }, sql: withWords('order', '4711') },
  { filter: { search: '12 , 0' }, sql: withWords('12', '0') },
  {
    filter: { AND: [{ search: 'order' }, { search: '100 order', status: 'FAIL' }] },
    sql: `${withWords('order', '100')} AND ${isError}`,
  },
  {
    filter: { search: 'order', status: 'FAIL', ...json('submitted', { path: '/flag', eq: true }) },
    sql: `${withWords('order')} AND ${isError} AND run.run_data @> '{"submitted": {"flag": true}}'`,
  },
  { filter: { search: 'true' }, sql: 'false' },
  {
    filter: { OR: [json('response', { path: '/category', eq: 'billing' }), json('submitted', { path: '/n', eq: 3 })] },
    sql: `coalesce(run.response -> 'category' = '"billing"', false)
      OR coalesce(run.run_data -> 'submitted' ->> 'n' = '3', false)`,
  },
];

function json(field: 'response' | 'submitted' | 'runData', ...conditions: readonly Record<string, unknown>[]) {
  return { [field]: conditions };
}

/** Returns SQL: each word is in a text or number of the response or the submitted inputs, in any case. */
export function withWords(...words: readonly string[]): string {
  const has = (word: string) => `EXISTS (
    SELECT FROM jsonb_path_query(jsonb_build_array(run.response, run.run_data -> 'submitted'), 'strict $.**') AS json
    WHERE jsonb_typeof(json) IN ('string', 'number') AND json #>> '{}' ~* '(^|[^[:alnum:]])${word}($|[^[:alnum:]])'
  )`;
  return words.map(has).join(' AND ');
}

/** SQL that gives the generated runs JSON of every kind, depending on their number. */
export const arrangeJson = `UPDATE task_run AS run SET
  response = CASE run.input_tokens % 8
    WHEN 0 THEN jsonb_build_object('category', 'billing', 'score', run.input_tokens / 10.0, 'tags', '["a", "b", 7]'::jsonb,
      'items', jsonb_build_array(jsonb_build_object('label', 'x'), jsonb_build_object('label', 'y' || run.input_tokens)))
    WHEN 1 THEN jsonb_build_object('category', 'shipping', 'score', '12', 'tags', 'abc', 'a/b', '{"~": true}'::jsonb, '', 1)
    WHEN 2 THEN to_jsonb('order 4711 of ' || run.input_tokens)
    WHEN 3 THEN '{"category": null, "score": 12345678901234567890.5, "0": "zero", "-1": "minus"}'
    WHEN 4 THEN '[10, {"-1": "m"}, "c"]'
    WHEN 5 THEN '{"category": ["billing"], "score": {"x": 1}, "tags": 7}'
    WHEN 6 THEN CASE WHEN run.input_tokens % 3 = 0 THEN 'null'::jsonb END
    ELSE '12.0' END,
  run_data = CASE WHEN run.input_tokens % 9 = 0 THEN '{"files": []}'
    ELSE jsonb_build_object('submitted', jsonb_build_object('n', run.input_tokens, 'flag', run.input_tokens % 2 = 0,
      'text', 'Order ' || run.input_tokens)) END
  WHERE run.task_id = ANY ($1)`;
