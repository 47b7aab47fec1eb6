// The fair limit: like the limit, but it verifies the token, and decides on the permission in the statement that reads
// the run. A verified token is kept until it expires, whereas the gateway keeps it for a minute.

import { readFileSync } from 'node:fs';
import { createLocalJWKSet, jwtVerify } from 'jose';
import pg from 'pg';
import { fullRun, glance, groupOfRun, restRun, selectPage, smallRun, wholeGroup } from './run-json.js';
import { serve } from './serve.js';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE ?? 8),
  idleTimeoutMillis: 0,
  // Otherwise PostgreSQL would plan the statement for each request, which takes longer than executing it.
  options: '-c plan_cache_mode=force_generic_plan',
});
const [{ issuer, jwks, audience }] = JSON.parse(process.env.AUTH_ISSUERS);
const keys = createLocalJWKSet(JSON.parse(readFileSync(new URL(jwks), 'utf8')));

const maxCallers = 1000;
/** Subject, user id and expiry by token. */
const callers = new Map();

/** Returns the caller of a valid token. @throws {Error} of jose */
async function callerOf(authorization = '') {
  const token = authorization.replace('Bearer ', '');
  const known = callers.get(token);
  if (known !== undefined && known.expires > Date.now()) return known;
  const { payload } = await jwtVerify(token, keys, { issuer, audience });
  const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(payload.sub);
  const caller = { subject: payload.sub, userId: isUuid ? payload.sub : null, expires: payload.exp * 1000 };
  if (callers.size === maxCallers) callers.clear();
  callers.set(token, caller);
  return caller;
}

/**
 * The caller's rank on the task $1 of the project $2 of the organization $3, for the subject $4, based on grants along
 * the path.
 */
const access = `(
  SELECT CASE task.run_visibility WHEN 'all_viewers' THEN 2 WHEN 'editors_and_owners' THEN 4 ELSE 8 END AS required, (
    SELECT max(CASE role WHEN 'viewer' THEN 2 WHEN 'editor' THEN 4 WHEN 'owner' THEN 8 ELSE 1 END)
    FROM (VALUES ('organization', $3::uuid), ('project', $2::uuid), ('task', $1::uuid)) AS path (type, id)
    CROSS JOIN LATERAL (
      SELECT role FROM access_grant
      WHERE subject_type = 'user' AND subject_id = $4 AND resource_type = path.type AND resource_id = path.id
      UNION ALL
      SELECT shared.role FROM access_grant AS shared JOIN access_grant AS membership
        ON membership.resource_type = shared.subject_type AND membership.resource_id = shared.subject_id::uuid
      WHERE membership.subject_type = 'user' AND membership.subject_id = $4 AND membership.role <> 'analyst'
        AND shared.subject_type <> 'user' AND shared.resource_type = path.type AND shared.resource_id = path.id
    ) AS granted
  ) AS rank
  FROM task JOIN project ON project.id = task.project_id
  WHERE task.id = $1 AND project.id = $2 AND project.org_id = $3
) AS access`;
const isVisible = 'rank >= required OR (rank IS NOT NULL AND user_id = $5::uuid)';

const selectRun = (run) => `SELECT ${run} FROM ${access}, task_run WHERE id = $6 AND task_id = $1 AND (${isVisible})`;
const selectVisiblePage = (run) => selectPage(run, `EXISTS (SELECT FROM ${access} WHERE ${isVisible})`);
const selectRuns = `SELECT id, ${fullRun(groupOfRun)} FROM ${access}, task_run
  WHERE id = ANY ($6::uuid[]) AND task_id = $1 AND (${isVisible})`;

const statements = {
  full1: { name: 'full', text: selectRun(fullRun(groupOfRun)) },
  rest: { name: 'rest', text: selectRun(restRun) },
  small1: { name: 'small', text: selectRun(smallRun) },
  many: { name: 'many', text: selectRuns },
  fullPage100: { name: 'fullPage100', text: selectVisiblePage(fullRun(wholeGroup)) },
  glancePage100: { name: 'glancePage100', text: selectVisiblePage(glance) },
};

async function read(name, { orgId, projectId, taskId }, { subject, userId }, ...more) {
  const values = [taskId, projectId, orgId, subject, userId, ...more];
  return (await pool.query({ ...statements[name], values })).rows;
}

async function respond({ operationName, variables }, caller) {
  if (operationName.endsWith('Page100')) {
    const [{ runs }] = await read(operationName, variables, caller);
    return `{"data":{"page":${runs}}}`;
  }
  if (operationName === 'full50') {
    const { orgId, projectId, taskId, ...ids } = variables;
    const rows = await read('many', { orgId, projectId, taskId }, caller, Object.values(ids));
    const runs = new Map(rows.map(({ id, run }) => [id, run]));
    const members = Object.values(ids).map((id, index) => `"r${index}":${runs.get(id) ?? null}`);
    return `{"data":{${members.join()}}}`;
  }
  const [row] = await read(operationName, variables, caller, variables.id0);
  return `{"data":{"taskRun":${row?.run ?? null}}}`;
}

async function respondRest(path, caller) {
  const [, , , , orgId, , projectId, , taskId, , id] = path.split('/');
  const [row] = await read('rest', { orgId, projectId, taskId }, caller, id);
  return row.run;
}

serve(async (request, body) => {
  const caller = await callerOf(request.headers.authorization);
  return request.method === 'GET' ? respondRest(request.url, caller) : respond(body(), caller);
});
