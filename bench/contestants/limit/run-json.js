// SQL for the JSON of a run in the limits' responses. The columns are those of a row `task_run`.

export const fullRun = (group) => `json_build_object(
  'id', id, 'taskId', task_id, 'taskRevisionId', task_revision_id, 'response', response, 'runData', run_data,
  'created', to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'inputTokens', input_tokens, 'outputTokens', output_tokens, 'totalTokens', total_tokens,
  'inputProcessorTiming', input_processor_timing, 'llmCallTiming', llm_call_timing,
  'chargedCredits', charged_credits::text, 'isError', coalesce(is_error, false), 'llmRetries', coalesce(llm_retries, 0),
  'usedFallbackModel', coalesce(used_fallback_model, false), 'primaryFailureReason', primary_failure_reason,
  'fallbackLlmModelId', fallback_llm_model_id, 'userId', user_id, 'reportingGroupId', reporting_group_id,
  'reference', reference, 'contextId', context_id,
  'reportingGroup', ${group},
  'files', (SELECT json_agg(json_build_object('name', f.name, 'contentType', f.content_type,
    'sizeBytes', f.size_bytes, 'direction', f.direction) ORDER BY f.position)
    FROM task_run_file f WHERE f.task_run_id = task_run.id))::text AS run`;

export const groupOfRun = `(SELECT json_build_object('id', g.id, 'name', g.name, 'description', g.description)
  FROM reporting_group g WHERE g.id = reporting_group_id)`;

/** The group in a page, where a join costs less than a look-up for each run. */
export const joinedGroup = (members) => `CASE WHEN group_id IS NOT NULL THEN json_build_object(${members}) END`;

export const smallRun = `json_build_object(
  'id', id, 'isError', coalesce(is_error, false), 'totalTokens', total_tokens)::text AS run`;

/** The body of a REST response without signed links. */
export const restRun = `json_build_object(
  'task_id', task_id, 'task_revision_id', task_revision_id, 'response', response, 'run_data', run_data, 'id', id,
  'created', to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'input_tokens', input_tokens, 'output_tokens', output_tokens, 'total_tokens', total_tokens,
  'input_processor_timing', input_processor_timing, 'llm_call_timing', llm_call_timing,
  'charged_credits', charged_credits::text,
  'files', (SELECT coalesce(json_agg(json_build_object('name', f.name, 'content_type', f.content_type,
    'size_bytes', f.size_bytes, 'direction', f.direction) ORDER BY f.position), '[]')
    FROM task_run_file f WHERE f.task_run_id = task_run.id),
  'is_error', coalesce(is_error, false), 'llm_retries', coalesce(llm_retries, 0),
  'used_fallback_model', coalesce(used_fallback_model, false), 'primary_failure_reason', primary_failure_reason,
  'fallback_llm_model_id', fallback_llm_model_id, 'user_id', user_id, 'reporting_group_id', reporting_group_id,
  'reference', reference, 'context_id', context_id,
  'reporting_group', (SELECT json_build_object('id', g.id, 'name', g.name, 'description', g.description)
    FROM reporting_group g WHERE g.id = reporting_group_id))::text AS run`;

export const glance = `json_build_object('id', id, 'taskId', task_id,
  'created', to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'isError', coalesce(is_error, false), 'totalTokens', total_tokens,
  'reportingGroup', ${joinedGroup("'name', group_name")})::text AS run`;

export const wholeGroup = joinedGroup("'id', group_id, 'name', group_name, 'description', group_description");

/**
 * Returns SQL for a page of a task's runs as JSON.
 * @param {string} run JSON of a run
 * @param {string} [condition] SQL over `task_run`
 */
export const selectPage = (run, condition = 'true') => `SELECT coalesce(json_agg(run), '[]')::text AS runs FROM (
  SELECT ${run.replace('::text AS run', '')} AS run FROM (
    SELECT task_run.*, g.id AS group_id, g.name AS group_name, g.description AS group_description
    FROM task_run LEFT JOIN reporting_group g ON g.id = reporting_group_id
    WHERE task_id = $1 AND ${condition} ORDER BY task_run.created DESC, task_run.id DESC LIMIT 100) AS task_run) AS page`;
