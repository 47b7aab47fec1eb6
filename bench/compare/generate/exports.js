// Exports in every format, and exports of the changes since the watermark of the previous one.

import { fillPath, searchOf } from './rest.js';
import { createValues } from './values.js';

const types = [
  'application/x-ndjson',
  'application/jsonl',
  'text/csv',
  'application/vnd.apache.parquet',
  '*/*',
  'image/png',
];

/**
 * Returns a function that makes the next operation of a caller; undefined where there is no export.
 * @param {{ openapi: object, random: import('../random.js').Random, world: object }} parts
 */
export function createExportGenerator({ openapi, random, world }) {
  const routes = Object.keys(openapi.paths).filter((path) => path.endsWith('/export'));
  if (routes.length === 0) return undefined;
  return (caller) => {
    const route = random.pick(routes);
    const values = createValues({ random, world, caller });
    const { parameters } = openapi.paths[route].get;
    const others = parameters.filter(({ name }) => !/^(format|fields)$/.test(name));
    const search = new URLSearchParams(searchOf(others, values, random.integer(0, 2)));
    const headers = {};
    if (random.chance(70)) search.set('format', random.pick(['ndjson', 'ndjson', 'csv', 'csv', 'parquet', 'xml']));
    else headers.accept = random.pick(types);
    if (random.chance(60)) search.set('fields', values.byName('fields'));
    const request = { method: 'GET', path: `${fillPath(route, values)}?${search}`, headers };
    if (random.chance(10)) headers['accept-encoding'] = 'gzip';
    if (random.chance(5)) return { entry: 'export', steps: [{ ...request, method: 'HEAD' }] };
    const next = { ...request, path: `${request.path}&after={{taken}}`, take: 'x-watermark: (.+)' };
    return { entry: 'export', steps: random.chance(30) ? [request, next] : [request] };
  };
}
