import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isUuid = (value: unknown) => typeof value === 'string' && uuid.test(value);
const isString = (value: unknown) => typeof value === 'string';
const isLabel = (value: unknown) => typeof value === 'string' && value.length <= 64;
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const orNull = (isType: (value: unknown) => boolean) => (value: unknown) => value === null || isType(value);
const isDouble = (value: unknown) => typeof value === 'number';
const isDecimal = (value: unknown) => typeof value === 'string' && /^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$/.test(value);
const isBoolean = (value: unknown) => typeof value === 'boolean';

/** The response fields in the order of the REST reference, each with its type. */
const restFields: Readonly<Record<string, (value: unknown) => boolean>> = {
  task_id: isUuid,
  task_revision_id: isUuid,
  response: (value) => isString(value) || isObject(value),
  run_data: isObject,
  id: isUuid,
  created: isString,
  input_tokens: Number.isInteger,
  output_tokens: Number.isInteger,
  total_tokens: Number.isInteger,
  input_processor_timing: orNull(isDouble),
  llm_call_timing: orNull(isDouble),
  charged_credits: orNull(isDecimal),
  files: orNull((value) => Array.isArray(value) && value.every(isObject)),
  is_error: isBoolean,
  llm_retries: Number.isInteger,
  used_fallback_model: isBoolean,
  primary_failure_reason: orNull(isString),
  fallback_llm_model_id: orNull(isUuid),
  user_id: orNull(isUuid),
  reporting_group_id: orNull(isUuid),
  reference: orNull(isLabel),
  context_id: orNull(isLabel),
  reporting_group: orNull(isObject),
};

describe('GET of a run over REST', () => {
  /** At the start of a link's lifetime. */
  let clock = Math.floor(Date.now() / 900_000) * 900_000;
  const gateway = useGateway({ clock: { at: clock } });
  const passTime = (ms: number) => {
    clock += ms;
    return gateway.setClock({ at: clock });
  };
  const url = () => runUrl(gateway, demoPlaces.richRun);
  const ask = (init: Parameters<typeof requestRest>[2] = {}) =>
    requestRest(gateway, url(), { as: demoSubjects.viewer, ...init });

  it('returns the same bytes by the id alone', async () => {
    const byId = `${gateway.url}/api/v1/run/${demoPlaces.richRun.id}`;
    const response = await requestRest(gateway, byId, { as: demoSubjects.viewer });
    expect([response.status, await response.text()]).toEqual([200, await (await ask()).text()]);
  });

  it.each([
    ['a run that the caller may not see', demoPlaces.richRun.id],
    ['a run that does not exist', demoPlaces.richRun.id.replace(/^./, 'f')],
    ['a task', demoPlaces.richRun.taskId],
  ])('returns the same 403 by the id alone, after the same statements, for %s', async (_case, id) => {
    let response: Response | undefined;
    const statements = await gateway.statementsOf(async () => {
      response = await requestRest(gateway, `${gateway.url}/api/v1/run/${id}`, { as: 'stranger' });
    });
    const { detail } = (await response!.json()) as { detail: unknown };
    expect(statements).toEqual({ task_run_paths_by_id: 1, task_runs_by_path: 1 });
    expect([response!.status, detail]).toMatchObject([403, { permission: 'read', resource: 'node' }]);
  });

  it('returns 400 by a malformed id alone', async () => {
    const response = await requestRest(gateway, `${gateway.url}/api/v1/run/42`, { as: demoSubjects.viewer });
    expect([response.status, await response.json()]).toMatchObject([400, { detail: { argument: 'task_run_id' } }]);
  });

  it.each(Object.keys(demoPlaces) as (keyof typeof demoPlaces)[])(
    "returns exactly the REST reference's fields with their types: %s",
    async (place) => {
      const response = await requestRest(gateway, runUrl(gateway, demoPlaces[place]), {
        as: place === 'sharedRun' ? demoSubjects.member : demoSubjects.owner,
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const body = (await response.json()) as Record<string, unknown>;
      expect(Object.keys(body)).toEqual(Object.keys(restFields));
      const wrong = Object.entries(restFields).filter(([name, isType]) => !isType(body[name]));
      expect(wrong.map(([name]) => [name, body[name]])).toEqual([]);
    },
  );

  it('returns the stored values, and relations in their own objects', async () => {
    const body = (await (await ask()).json()) as RestRun;
    expect(body).toMatchObject({
      id: demoPlaces.richRun.id,
      charged_credits: '1.00',
      created: '2026-10-30T09:41:12.247067Z',
      reporting_group: { name: 'Pilot', project_id: demoPlaces.richRun.projectId },
    });
    expect(Object.keys(body.reporting_group)).toEqual([
      'id',
      'name',
      'description',
      'project_id',
      'created',
      'modified',
    ]);
    expect(Object.keys(body.files[0]!)).toEqual([
      'name',
      'content_type',
      'size_bytes',
      'direction',
      'created',
      'download_url',
    ]);
  });

  it('returns links to its files that work without a token', async () => {
    const { files } = (await (await ask()).json()) as RestRun;
    expect(files).toHaveLength(7);
    for (const { download_url, size_bytes } of files) {
      expect((await (await fetch(download_url)).arrayBuffer()).byteLength).toBe(size_bytes);
    }
  });

  it('takes one statement', async () => {
    const before = await gateway.statements();
    await ask();
    const after = await gateway.statements();
    expect(after).toEqual({ ...before, task_runs_by_path: before.task_runs_by_path! + 1 });
  });

  it('takes ids in any case', async () => {
    const { richRun } = demoPlaces;
    const upper = runUrl(gateway, { ...richRun, id: richRun.id.toUpperCase(), orgId: richRun.orgId.toUpperCase() });
    expect((await requestRest(gateway, upper, { as: demoSubjects.viewer })).status).toBe(200);
  });

  it('serves HEAD with the headers of GET', async () => {
    const [head, get] = [await ask({ method: 'HEAD' }), await ask()];
    expect(await head.text()).toBe('');
    for (const name of ['etag', 'content-length', 'content-type', 'cache-control']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
      expect(head.headers.get(name)).not.toBeNull();
    }
  });

  it('returns 304 to a client that has the version, until half the life of its links has passed', async () => {
    const first = await ask();
    const etag = first.headers.get('etag')!;
    const { files } = (await first.json()) as RestRun;
    await passTime(449_000);
    const again = await ask({ headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await fetch(files[0]!.download_url)).status).toBe(200);
    await passTime(450_000);
    expect((await ask({ headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('checks the permission before the version', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await ask({ headers })).status).toBe(304);
    expect((await ask({ headers, as: demoSubjects.stranger })).status).toBe(403);
    expect((await requestRest(gateway, url(), { headers })).status).toBe(401);
  });

  it('requires revalidation by caches', async () => {
    expect((await ask()).headers.get('cache-control')).toBe('private, no-cache');
  });

  it('changes its version with its content', async () => {
    const path = demoPlaces.failedRun;
    const { headers } = await requestRest(gateway, runUrl(gateway, path), { as: demoSubjects.viewer });
    const rich = await ask();
    expect(rich.headers.get('etag')).not.toBe(headers.get('etag'));
  });

  it('returns its methods for OPTIONS and other methods, without a token', async () => {
    const headers = { 'content-type': 'application/json' };
    const options = await fetch(url(), { method: 'OPTIONS', headers });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await fetch(url(), { method, body: 'x', headers: { 'content-type': 'text/x-unknown' } });
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD, OPTIONS']);
      expect(await response.json()).toMatchObject({ detail: { reason: 'METHOD_NOT_ALLOWED' } });
    }
  });
});
