// A contestant's requests for a page of a task's runs, newest first. Otherwise like graphql-dialect.js.

import { selections, toRun } from './graphql-dialect.js';

/**
 * @param {object} dialect
 * @param {string} [dialect.path] of the endpoint
 * @param {Record<string, string>} [dialect.headers]
 * @param {string} [dialect.field] that returns the page
 * @param {Record<string, { argument: string, type: string }>} dialect.keys arguments naming the task, by path member
 * @param {(argumentsText: string) => string} [dialect.wrapKeys] how those arguments are written
 * @param {string} [dialect.order] further arguments, where the newest first is not the default
 * @param {boolean} [dialect.isConnection] whether the runs lie under `nodes`
 * @param {Record<string, string>} [dialect.selections]
 */
export function createListDialect({
  path: endpoint = '/graphql',
  headers,
  field = 'taskRuns',
  keys,
  wrapKeys = (text) => text,
  order = '',
  isConnection = false,
  selections: own = selections,
}) {
  const names = Object.keys(keys);
  const declarations = names.map((key) => `$${key}: ${keys[key].type}`).join(', ');
  const task = wrapKeys(names.map((key) => `${keys[key].argument}: $${key}`).join(', '));
  const write = ({ selection, runsPerRequest }) => {
    const runs = isConnection ? `nodes { ${own[selection]} }` : own[selection];
    const operation = `${selection}Page${runsPerRequest}`;
    const query = `query ${operation}(${declarations}) { page: ${field}(${task}, first: ${runsPerRequest} ${order}) { ${runs} } }`;
    return { query, operationName: operation };
  };
  return {
    responseStart: '{"data":{',
    /** Returns the request for the page whose runs are at `paths`. */
    request(testCase, [path]) {
      const variables = Object.fromEntries(names.map((key) => [key, path[key]]));
      const body = JSON.stringify({ ...write(testCase), variables });
      return {
        method: 'POST',
        path: endpoint,
        headers: { 'content-type': 'application/json', ...headers },
        body,
      };
    },
    /** Returns the runs of a parsed response in order. */
    results({ data, errors }) {
      if (errors) throw new Error(JSON.stringify(errors));
      return (isConnection ? data.page.nodes : data.page).map(toRun);
    },
  };
}
