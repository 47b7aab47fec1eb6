// Verifies results field by field against rows that are read directly. Contestants are timed only after that.

import { deepStrictEqual } from 'node:assert/strict';
import { selections } from '../contestants/graphql-dialect.js';
import { readRuns, readStatistics, toInstant } from '../database/sample.js';

/** The number of results that are compared individually, for each contestant and case. */
const checkedResults = 200;

/**
 * Checks one contestant's results in one case, first one by one, then with `connections` requests in flight.
 * @returns {Promise<{ single: number, together: number }>} statements a request
 * @throws {Error} naming the contestant, the case and the difference
 */
export async function verify({ contestant, port, testCase, sample, databaseUrl, statements, connections }) {
  const entryPoint = contestant.entryPoints[testCase.entryPoint];
  const requestedPaths = testCase.requestedPaths(sample);
  const checked = requestedPaths.slice(0, Math.max(2, checkedResults / requestedPaths[0].length));
  if (testCase.runsPerRequest === 1) checked.push([sample.large], [sample.huge]);
  const expected = await readExpected({ testCase, contestant, databaseUrl }, checked.flat());

  const check = async (paths) => {
    const response = await send(port, entryPoint.request(testCase, paths));
    deepStrictEqual(
      entryPoint.results(response).map(toComparable),
      paths.map(({ id }) => expected.get(id)),
    );
  };
  try {
    const before = statements();
    for (const paths of checked) await check(paths);
    const single = (statements() - before) / checked.length;
    const start = statements();
    // All except the last one, which may be the run of 5 MB.
    const countedRequests = 4 * connections;
    await together(connections, countedRequests, (index) => check(checked[index % (checked.length - 1)]));
    return { single, together: (statements() - start) / countedRequests };
  } catch (error) {
    throw new Error(`${contestant.name} returns wrong results in the case ${testCase.name}: ${error.message}`);
  }
}

async function send(port, { method, path, headers, body }) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`HTTP ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** @returns {Promise<Map<string, object>>} the correct results, by the ids of the paths */
async function readExpected({ testCase, contestant, databaseUrl }, paths) {
  const ids = paths.map(({ id }) => id);
  if (testCase.entryPoint === 'statistics') return readStatistics(databaseUrl, ids);
  const runs = await readRuns(databaseUrl, ids);
  return new Map(ids.map((id) => [id, toExpected(runs.get(id), testCase, contestant)]));
}

function toExpected(run, { selection }, { fractionDigits = 6 }) {
  if (!run) throw new Error('a run of the sample is not in the database');
  const fields = [...selections[selection].matchAll(/(\w+)(?:\s*\{([^}]*)\})?/g)];
  const chosen = Object.fromEntries(fields.map(([, name, inner]) => [name, toSelected(run[name], inner)]));
  if (chosen.created)
    chosen.created = chosen.created.replace(
      /\.(\d+)Z/,
      (_, digits) => `.${digits.slice(0, fractionDigits).padEnd(6, '0')}Z`,
    );
  return chosen;
}

/** Returns the selected fields of an object, or of each object in a list. Returns null for null. */
function toSelected(value, fields) {
  if (fields === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toSelected(item, fields));
  return Object.fromEntries(fields.match(/\w+/g).map((name) => [name, value[name]]));
}

function toComparable(run) {
  return run?.created ? { ...run, created: toInstant(run.created) } : run;
}

async function together(connections, count, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}
