// Requests to the paths that OpenAPI describes: runs, lists, changes, reports, files, the caller.

import { valueBySchema } from './json-schema.js';
import { createValues } from './values.js';

const json = 'application/json';
const ranges = ['bytes=0-9', 'bytes=5-', 'bytes=-7', 'bytes=0-0,5-9', 'bytes=5000-', 'bytes=9-5', 'lines=1-2'];
const filterTexts = [
  '{"status":"FAIL"}',
  '{"OR":[{"hasFiles":true},{"NOT":{"status":"SUCCESS"}}]}',
  '{"has_files":true,"reference":{"starts_with":"order-"}}',
  '{"response":[{"path":"/label","eq":"L1"}]}',
  '{"OR":[{"reference":5}]}',
  '{',
];

/** Returns the path of an operation with its parameters. */
export function fillPath(path, values) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    const camelCase = name.replace(/_([a-z])/g, (_underscore, letter) => letter.toUpperCase());
    return encodeURIComponent(values.byName(camelCase));
  });
}

/** Returns some of an operation's parameters as a URL's query string, with `?`. */
export function searchOf(parameters, values, count) {
  const { random } = values;
  const search = new URLSearchParams();
  const described = parameters.filter(
    (parameter) => parameter.in === 'query' && !/^(cursor|after|wait|signature|expires|subject)$/.test(parameter.name),
  );
  for (const { name, schema } of random.some(described, count)) {
    if (name === 'filter') search.append(name, random.pick(filterTexts));
    else for (const value of [valueBySchema(schema, { values, name })].flat()) search.append(name, String(value));
  }
  if (random.chance(3)) search.append(random.pick(['unknown', 'page', 'limit']), '1');
  return search.size > 0 ? `?${search}` : '';
}

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ openapi: object, random: import('../random.js').Random, world: object }} parts
 */
export function createRestGenerator({ openapi, random, world }) {
  const routes = Object.entries(openapi.paths)
    .filter(([path]) => !path.endsWith('/export'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
  const runRoute = '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}';
  const usual = routes.filter(({ path }) => path.startsWith(runRoute) || /\/(task_)?run$/.test(path));
  const fixed = [
    '/openapi.json',
    '/health/live',
    '/',
    '/errors',
    '/api/v1/org',
    '/api/v1/whoami/',
    '/api//v1/whoami',
    '/mcp',
  ];

  return (caller) => {
    if (random.chance(4)) {
      const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS']);
      return { entry: 'rest others', steps: [{ method, path: random.pick(fixed), headers: { accept: json } }] };
    }
    const route = random.pick(random.chance(60) ? usual : routes);
    const values = createValues({ random, world, caller });
    const path = fillPath(route.path, values);
    const entry = `rest ${route.path.split('/').findLast((part) => !part.startsWith('{'))}`;
    if (route.method === 'post') return { entry, steps: [body(route, path, values)] };
    const isReport = route.path.endsWith('_report');
    const search = searchOf(route.parameters, values, isReport ? 8 : random.integer(0, 3));
    const request = { method: 'GET', path: path + search, headers: { accept: json } };
    if (route.path.endsWith('{file_name}')) return { entry, steps: fileSteps(request) };
    const isPaged = route.parameters.some(({ name }) => name === 'cursor' || name === 'after');
    if (isPaged && random.chance(50)) return { entry, steps: pageSteps(route, request) };
    return { entry, steps: runSteps(request) };
  };

  function runSteps(request) {
    const kind = random.integer(0, 11);
    if (kind === 0) return [{ ...request, method: 'HEAD' }];
    if (kind === 1)
      return [
        request,
        { ...request, headers: { ...request.headers, 'if-none-match': '{{taken}}' }, take: 'etag: (.+)' },
      ];
    if (kind === 2)
      return [{ ...request, headers: { accept: random.pick(['text/html', 'image/png', '*/*', 'text/csv']) } }];
    if (kind === 3) return [{ ...request, method: random.pick(['POST', 'DELETE', 'OPTIONS', 'PUT']) }];
    if (kind === 4) return [{ ...request, headers: { ...request.headers, 'accept-encoding': 'gzip' } }];
    if (kind === 5) return [{ ...request, headers: { ...request.headers, origin: 'https://app.example' } }];
    return [request];
  }

  function pageSteps({ parameters }, request) {
    const name = parameters.some((parameter) => parameter.name === 'cursor') ? 'cursor' : 'after';
    const limit = request.path.includes('page_limit=') ? [] : ['page_limit=3'];
    const with_ = (...more) =>
      `${request.path}${request.path.includes('?') ? '&' : '?'}${[...limit, ...more].join('&')}`;
    const first = limit.length > 0 ? { ...request, path: with_() } : request;
    const next = { ...request, path: with_(`${name}={{taken}}`), take: '"next_cursor":"([^"]+)"' };
    return [first, next, next];
  }

  function fileSteps(request) {
    const headers = { accept: '*/*' };
    if (random.chance(40)) headers.range = random.pick(ranges);
    const it = { ...request, headers };
    if (random.chance(15)) return [{ ...it, method: 'HEAD' }];
    const name = random.pick(['if-none-match', 'if-range']);
    if (random.chance(25))
      return [it, { ...it, headers: { range: 'bytes=0-9', ...headers, [name]: '{{taken}}' }, take: 'etag: (.+)' }];
    return [it];
  }

  function body({ requestBody }, path, values) {
    const value = valueBySchema(requestBody.content[json].schema, { values, definitions: openapi.components.schemas });
    const text = JSON.stringify(value);
    return {
      ...{ method: 'POST', path, headers: { 'content-type': json, accept: json } },
      body: random.chance(90) ? text : random.pick([text.slice(1), '[]', '{"permissions":5}', '']),
    };
  }
}
