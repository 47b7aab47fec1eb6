// A careful team's manual implementation: Mercurius with compiled execution, prepared statements and DataLoader.

import DataLoader from 'dataloader';
import Fastify from 'fastify';
import { GraphQLJSON } from 'graphql-scalars';
import mercurius from 'mercurius';
import pg from 'pg';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE ?? 8),
  idleTimeoutMillis: 0,
});

const schema = `
  scalar JSON
  type Query { taskRun(id: ID!): TaskRun taskRuns(taskId: ID!, first: Int!): [TaskRun!]! }
  type TaskRun {
    id: ID! taskId: ID! taskRevisionId: ID! response: JSON runData: JSON! created: String!
    inputTokens: Int! outputTokens: Int! totalTokens: Int! inputProcessorTiming: Float llmCallTiming: Float
    chargedCredits: String isError: Boolean! llmRetries: Int! usedFallbackModel: Boolean!
    primaryFailureReason: String fallbackLlmModelId: ID userId: ID reportingGroupId: ID
    reference: String contextId: String reportingGroup: ReportingGroup files: [TaskRunFile!]
  }
  type ReportingGroup { id: ID! name: String! description: String }
  type TaskRunFile { name: String! contentType: String! sizeBytes: Float! direction: String! }`;

const runColumns = `id, task_id AS "taskId", task_revision_id AS "taskRevisionId", response, run_data AS "runData",
  to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created, input_tokens AS "inputTokens",
  output_tokens AS "outputTokens", total_tokens AS "totalTokens", input_processor_timing AS "inputProcessorTiming",
  llm_call_timing AS "llmCallTiming", charged_credits AS "chargedCredits", coalesce(is_error, false) AS "isError",
  coalesce(llm_retries, 0) AS "llmRetries", coalesce(used_fallback_model, false) AS "usedFallbackModel",
  primary_failure_reason AS "primaryFailureReason", fallback_llm_model_id AS "fallbackLlmModelId", user_id AS "userId",
  reporting_group_id AS "reportingGroupId", reference, context_id AS "contextId"`;

const glanceColumns = `id, task_id AS "taskId", to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS created,
  coalesce(is_error, false) AS "isError", total_tokens AS "totalTokens", reporting_group_id AS "reportingGroupId"`;

const statements = {
  runs: { name: 'runs', text: `SELECT ${runColumns} FROM task_run WHERE id = ANY ($1::uuid[])` },
  smallRuns: {
    name: 'small-runs',
    text: `SELECT id, coalesce(is_error, false) AS "isError", total_tokens AS "totalTokens"
      FROM task_run WHERE id = ANY ($1::uuid[])`,
  },
  page: {
    name: 'page',
    text: `SELECT ${runColumns} FROM task_run WHERE task_id = $1 ORDER BY task_run.created DESC, id DESC LIMIT $2`,
  },
  smallPage: {
    name: 'small-page',
    text: `SELECT ${glanceColumns} FROM task_run WHERE task_id = $1 ORDER BY task_run.created DESC, id DESC LIMIT $2`,
  },
  groups: { name: 'groups', text: 'SELECT id, name, description FROM reporting_group WHERE id = ANY ($1::uuid[])' },
  files: {
    name: 'files',
    text: `SELECT task_run_id AS "taskRunId", name, content_type AS "contentType",
        size_bytes::float8 AS "sizeBytes", direction
      FROM task_run_file WHERE task_run_id = ANY ($1::uuid[]) ORDER BY task_run_id, position`,
  },
};

async function rowsOf(statement, ...values) {
  const { rows } = await pool.query({ ...statement, values });
  return rows;
}

/** DataLoader instead of Mercurius' own loaders, which serialize every parent as a key. */
const createLoader = (statement, key, toValue) =>
  new DataLoader(async (ids) => {
    const rows = new Map();
    for (const row of await rowsOf(statement, ids)) {
      const id = row[key];
      if (rows.has(id)) rows.get(id).push(row);
      else rows.set(id, [row]);
    }
    return ids.map((id) => toValue(rows.get(id) ?? []));
  });
const first = ([row]) => row ?? null;
const all = (rows) => rows;

const smallFields = new Set(['id', 'isError', 'totalTokens']);
const glanceFields = new Set([...smallFields, 'taskId', 'created', 'reportingGroup']);
const isWithinBySelection = new WeakMap();

/**
 * Returns whether a selection has only these fields, and thus omits the JSON columns. Computed once per compiled
 * document.
 */
function isWithin(fields, { fieldNodes: [{ selectionSet }] }) {
  if (!isWithinBySelection.has(selectionSet)) {
    isWithinBySelection.set(
      selectionSet,
      selectionSet.selections.every(({ name }) => fields.has(name?.value)),
    );
  }
  return isWithinBySelection.get(selectionSet);
}

const context = () => ({
  runs: createLoader(statements.runs, 'id', first),
  smallRuns: createLoader(statements.smallRuns, 'id', first),
  groups: createLoader(statements.groups, 'id', first),
  files: createLoader(statements.files, 'taskRunId', all),
});

const resolvers = {
  JSON: GraphQLJSON,
  Query: {
    taskRun: (_root, { id }, { runs, smallRuns }, info) => (isWithin(smallFields, info) ? smallRuns : runs).load(id),
    taskRuns: (_root, { taskId, first }, _context, info) =>
      rowsOf(isWithin(glanceFields, info) ? statements.smallPage : statements.page, taskId, first),
  },
  TaskRun: {
    reportingGroup: ({ reportingGroupId }, _arguments, { groups }) => reportingGroupId && groups.load(reportingGroupId),
    files: ({ id }, _arguments, { files }) => files.load(id),
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, context, jit: 1 });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
