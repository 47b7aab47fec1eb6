// The limit: Node and PostgreSQL, with only a prepared statement between them that writes the response's JSON. For
// GraphQL, it reads the variables but never the query; the operation's name selects the statement. For REST, it reads
// the path.

import pg from 'pg';
import { fullRun, glance, groupOfRun, restRun, selectPage, smallRun, wholeGroup } from './run-json.js';
import { serve } from './serve.js';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE ?? 8),
  idleTimeoutMillis: 0,
});

const statements = {
  full1: { name: 'full', text: `SELECT ${fullRun(groupOfRun)} FROM task_run WHERE id = $1` },
  rest: { name: 'rest', text: `SELECT ${restRun} FROM task_run WHERE id = $1` },
  small1: { name: 'small', text: `SELECT ${smallRun} FROM task_run WHERE id = $1` },
  many: { name: 'many', text: `SELECT id, ${fullRun(groupOfRun)} FROM task_run WHERE id = ANY ($1::uuid[])` },
};

const pages = {
  fullPage100: {
    name: 'fullPage100',
    text: selectPage(fullRun(wholeGroup)),
  },
  glancePage100: { name: 'glancePage100', text: selectPage(glance) },
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

serve((request, body) => (request.method === 'GET' ? respondRest(request.url) : respond(body())));
