// Formats differences for people: the request as a command, both excerpts, and the number of each kind.

import { nameOf } from './differences.js';

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Returns the lines of one operation that differs.
 * @param {{ operation: { entry: string, number?: number, caller?: string }, request?: object,
 *   differences: readonly import('./differences.js').Difference[] }} found request: undefined for metrics, which are of all
 *   operations
 */
export function describeDifference({ operation, request, differences }) {
  const lines = differences.flatMap(({ kind, old, new: changed }) => [`  ${kind}`, `    - ${old}`, `    + ${changed}`]);
  const head =
    request === undefined
      ? [operation.entry]
      : [`#${operation.number} ${operation.entry} as ${operation.caller}`, `  ${toCurl(request, operation.caller)}`];
  return [...head, ...lines].join('\n');
}

/** Returns the request as a command for a shell that has $GATEWAY, and the caller's token as $TOKEN_caller. */
export function toCurl({ method, path, headers, body }, caller) {
  const token = caller === 'nobody' ? [] : [`-H "authorization: Bearer $TOKEN_${caller}"`];
  const sent = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  if (method === 'WEBSOCKET') {
    return ['wscat -s graphql-transport-ws', ...token, `-c "$GATEWAY${path}"`, `<<< ${quote(body)}`].join(' ');
  }
  const form = method === 'HEAD' ? '--head' : `-X ${method}`;
  const data = body === undefined ? [] : [`--data-raw ${quote(body)}`];
  return ['curl -siN --path-as-is --globoff', form, ...token, ...sent, ...data, `"$GATEWAY"${quote(path)}`].join(' ');
}

/** Returns how many operations have differences of each kind, most frequent first. */
export function summarize(found) {
  const counts = new Map();
  for (const { operation, differences } of found) {
    for (const { kind } of differences) {
      const name = nameOf(operation.entry, kind);
      const entry = counts.get(name) ?? { count: 0, example: operation.number };
      counts.set(name, { ...entry, count: entry.count + 1 });
    }
  }
  const sorted = [...counts].sort(([, one], [, other]) => other.count - one.count);
  return sorted
    .map(([name, { count, example }]) => {
      const like = example === undefined ? '' : ` (as #${example})`;
      return `${String(count).padStart(6)}  ${name}${like}`;
    })
    .join('\n');
}
