// The limit: Node and PostgreSQL with nothing between them but a prepared statement that writes the response's JSON.
// For GraphQL, it reads the variables and never the query; the operation's name selects the statement. For REST, it
// reads the path.

import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE ?? 8),
  idleTimeoutMillis: 0,
});

const fullRun = (group) => `json_build_object(
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

const groupOfRun = `(SELECT json_build_object('id', g.id, 'name', g.name, 'description', g.description)
  FROM reporting_group g WHERE g.id = reporting_group_id)`;

/** The group in a page, for which a join costs less than a look-up for each run. */
const joinedGroup = (members) => `CASE WHEN group_id IS NOT NULL THEN json_build_object(${members}) END`;

const smallRun = `json_build_object(
  'id', id, 'isError', coalesce(is_error, false), 'totalTokens', total_tokens)::text AS run`;

/** The body of REST without signed links. */
const restRun = `json_build_object(
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

const glance = `json_build_object('id', id, 'taskId', task_id,
  'created', to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'isError', coalesce(is_error, false), 'totalTokens', total_tokens,
  'reportingGroup', ${joinedGroup("'name', group_name")})::text AS run`;

const statements = {
  full1: { name: 'full', text: `SELECT ${fullRun(groupOfRun)} FROM task_run WHERE id = $1` },
  rest: { name: 'rest', text: `SELECT ${restRun} FROM task_run WHERE id = $1` },
  small1: { name: 'small', text: `SELECT ${smallRun} FROM task_run WHERE id = $1` },
  many: { name: 'many', text: `SELECT id, ${fullRun(groupOfRun)} FROM task_run WHERE id = ANY ($1::uuid[])` },
};

const page = (run) => `SELECT coalesce(json_agg(run), '[]')::text AS runs FROM (
  SELECT ${run.replace('::text AS run', '')} AS run FROM (
    SELECT task_run.*, g.id AS group_id, g.name AS group_name, g.description AS group_description
    FROM task_run LEFT JOIN reporting_group g ON g.id = reporting_group_id
    WHERE task_id = $1 ORDER BY task_run.created DESC, task_run.id DESC LIMIT 100) AS task_run) AS page`;

const pages = {
  fullPage100: {
    name: 'fullPage100',
    text: page(fullRun(joinedGroup("'id', group_id, 'name', group_name, 'description', group_description"))),
  },
  glancePage100: { name: 'glancePage100', text: page(glance) },
};

async function respond({ operationName, variables }) {
  if (operationName in pages) {
    const { rows } = await pool.query({ ...pages[operationName], values: [variables.taskId] });
    return `{"data":{"page":${rows[0].runs}}}`;
  }
  if (operationName === 'entities') {
    const runs = await runsOf(variables.representations.map(({ id }) => id));
    return `{"data":{"_entities":[${runs.join()}]}}`;
  }
  if (operationName === 'full50') {
    const runs = await runsOf(Object.values(variables));
    return `{"data":{${runs.map((run, index) => `"r${index}":${run}`).join()}}}`;
  }
  const { rows } = await pool.query({ ...statements[operationName], values: [variables.id0] });
  return `{"data":{"taskRun":${rows[0]?.run ?? null}}}`;
}

async function runsOf(ids) {
  const { rows } = await pool.query({ ...statements.many, values: [ids] });
  const runs = new Map(rows.map(({ id, run }) => [id, run]));
  return ids.map((id) => runs.get(id) ?? null);
}

async function respondRest(path) {
  const { rows } = await pool.query({ ...statements.rest, values: [path.slice(path.lastIndexOf('/') + 1)] });
  return rows[0].run;
}

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      const text =
        request.method === 'GET'
          ? await respondRest(request.url)
          : await respond(JSON.parse(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
