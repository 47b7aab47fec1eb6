// Counts the statements that a gateway has sent for a request, by their names in its metrics.

const counter = /^gateway_sql_statements_total\{statement="([^"]+)"\} (\d+)/gm;
/** Statements that are sent periodically, not for a request. */
export const background = new Set(['ping', 'run_counts', 'task_run_change_poll']);

/**
 * Returns a function that counts the statements since its last call.
 * @param {Pick<ReturnType<import('./client.js').createClient>, 'send'>} client
 * @returns {() => Promise<Record<string, number>>}
 */
export function createStatementCounts({ send }) {
  let last = {};
  return async () => {
    const { body } = await send({ method: 'GET', path: '/metrics', headers: {} });
    const counts = parseStatements(body.toString());
    const added = Object.entries(counts)
      .map(([name, count]) => [name, count - (last[name] ?? 0)])
      .filter(([name, count]) => count > 0 && !background.has(name));
    last = counts;
    return Object.fromEntries(added);
  };
}

/** Returns the counts in a page of metrics. */
export function parseStatements(text) {
  return Object.fromEntries([...text.matchAll(counter)].map(([, name, count]) => [name, Number(count)]));
}
