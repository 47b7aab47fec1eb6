import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { filterParameters, modelParameters } from '../../../src/rest/lists/filter-parameters.js';
import type { RestPage, RestRejection, RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { richRun } = demoPlaces;
const as = demoSubjects.viewer;

describe('the parameters of a REST path', () => {
  const gateway = useGateway();
  const { orgId, projectId } = richRun;
  const project = () => `${gateway.url}/api/v1/org/${orgId}/project/${projectId}`;
  const list = () => runUrl(gateway, { ...richRun, id: '' }).slice(0, -1);
  const filters = Object.keys(filterParameters)
    .filter((name) => !(name in modelParameters))
    .join(', ');
  const period = 'start_date, end_date, time_zone';
  const paths: readonly (readonly [string, () => string, string])[] = [
    ['a run', () => runUrl(gateway, richRun), 'none'],
    [
      'a file',
      () => `${runUrl(gateway, richRun)}/file/screenshot.png`,
      'inline, delivery, expires, subject, signature',
    ],
    ["a task's runs", list, `page_limit, cursor, order_by, fields, ${filters}`],
    ["a project's runs", () => `${project()}/task_run`, `task_id, page_limit, cursor, order_by, fields, ${filters}`],
    ["a task's credits", () => list().replace(/run$/, 'credit_report'), `${period}, show_reporting_group`],
    ["a project's usage", () => `${project()}/usage_report`, `${period}, task_id, aggregation, status`],
    ["a task's changes", () => `${list()}/changes`, `page_limit, after, wait, fields, ${filters}`],
    ["a project's changes", () => `${project()}/task_run/changes`, `page_limit, after, wait, fields, ${filters}`],
  ];

  it.each(paths)('fail by name, before anything is read, unless they belong to %s', async (_what, url, parameters) => {
    const before = await gateway.statements();
    const response = await requestRest(gateway, `${url()}?pageLimit=1&page-limit=2&wait=0&status=ALL&page_limit=1`, {
      as,
    });
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as RestRejection;
    const unknown = ['pageLimit', 'page-limit', 'wait', 'status', 'page_limit'];
    const known = parameters.split(', ');
    expect(detail).toEqual(
      unknown
        .filter((name) => !known.includes(name))
        .map((name) => ({
          loc: ['query', name],
          msg: `is not a parameter: ${parameters === 'none' ? 'the operation has no parameters' : `the parameters are ${parameters}`}`,
          type: 'extra_forbidden',
        })),
    );
    expect(await gateway.statements()).toEqual(before);
  });

  it.each([
    ['GET', '/api/v1/whoami'],
    ['POST', `/api/v1/org/${orgId}/iam/test`],
  ])('fail all by name for %s %s', async (method, route) => {
    const response = await requestRest(gateway, `${gateway.url}${route}?verbose=1`, {
      ...{ as, method },
      ...(method === 'POST' ? { body: '{"permissions":[]}', headers: { 'content-type': 'application/json' } } : {}),
    });
    expect([response.status, await response.json()]).toEqual([
      422,
      {
        detail: [
          {
            loc: ['query', 'verbose'],
            msg: 'is not a parameter: the operation has no parameters',
            type: 'extra_forbidden',
          },
        ],
      },
    ]);
  });

  it.each(paths)('come after the token and the identifiers of %s', async (_what, url) => {
    expect((await requestRest(gateway, `${url()}?x=1`)).status).toBe(401);
    const malformed = url().replace(orgId, 'nonsense');
    expect((await requestRest(gateway, `${malformed}?x=1`, { as })).status).toBe(400);
  });

  it.each([
    ['?inline=True', 'inline'],
    ['?inline=1', 'inline'],
    ['?inline=off', 'attachment'],
    ['', 'attachment'],
  ])('accept booleans as FastAPI does: %s', async (query, disposition) => {
    const { status, headers } = await requestRest(gateway, `${runUrl(gateway, richRun)}/file/screenshot.png${query}`, {
      as,
    });
    expect([status, headers.get('content-disposition')!.split(';')[0]]).toEqual([200, disposition]);
  });

  it('include a status for all runs, which gives the same list as none', async () => {
    const pageOf = async (query: string) => {
      const response = await requestRest(gateway, `${list()}?${query}`, { as });
      expect(response.status).toBe(200);
      return response.text();
    };
    const all = await pageOf('page_limit=40');
    const { results, pagination } = JSON.parse(all);
    expect(new Set(results.map((run: RestRun) => run.is_error))).toEqual(new Set([true, false]));
    expect(await pageOf('page_limit=40&status=ALL')).toBe(all);
    const next = `page_limit=40&cursor=${pagination.next_cursor}`;
    expect(await pageOf(`${next}&status=ALL`)).toBe(await pageOf(next));
  });

  it('accept dates in every form, relative ones as well, with which pages continue each other', async () => {
    const created = async (query: string) => {
      const response = await requestRest(gateway, `${list()}?${query}`, { as });
      const { results, pagination } = (await response.json()) as RestPage;
      return { dates: results.map((run) => run.created), pagination };
    };
    const { dates } = await created('');
    const [newest, second] = dates as [string, string];
    const withOffset = encodeURIComponent(newest.replace('Z', '+00:00'));
    expect((await created(`created_after=${withOffset}`)).dates).toEqual([newest]);
    expect((await created(`created_before=${withOffset}&page_limit=1`)).dates).toEqual([second]);
    const first = await created('created_before=now&created_after=1000%20weeks%20ago&page_limit=1');
    const { next_cursor } = first.pagination;
    const next = await created(
      `created_before=now&created_after=1000%20weeks%20ago&page_limit=1&cursor=${next_cursor}`,
    );
    expect([...first.dates, ...next.dates]).toEqual([newest, second]);
  });

  it.each([
    ['tomorrow', /^must be an RFC 3339 or ISO 8601 date-time/],
    ['2024-02-30', /^is invalid: 2024-02 has the days 01 to 29$/],
    [
      '2024-01-16T13:33:25+01:00',
      /^is invalid: its offset must begin with a sign: in a URL, `\+` must be written as `%2B`$/,
    ],
  ])('fail by name: created_after=%s', async (date, msg) => {
    const response = await requestRest(gateway, `${list()}?created_after=${date}`, { as });
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: [{ loc: ['query', 'created_after'], msg: expect.stringMatching(msg), type: 'value_error' }] },
    ]);
  });
});
