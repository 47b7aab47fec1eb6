import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { idOf } from '../../support/permission-world.js';
import type { RestChange, RestPage, RestRun } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const runs = 1230;
const time = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The expected export of each run, in SQL written for the test. */
const expected = `
SELECT jsonb_build_object('id', id, 'task_id', task_id, 'task_revision_id', task_revision_id, 'created', ${time('created')},
  'is_error', coalesce(is_error, false), 'llm_retries', coalesce(llm_retries, 0),
  'used_fallback_model', coalesce(used_fallback_model, false), 'primary_failure_reason', primary_failure_reason,
  'fallback_llm_model_id', fallback_llm_model_id, 'user_id', user_id, 'reporting_group_id', reporting_group_id,
  'reference', reference, 'context_id', context_id, 'input_tokens', input_tokens, 'output_tokens', output_tokens,
  'total_tokens', total_tokens, 'charged_credits', charged_credits::text, 'input_processor_timing', input_processor_timing,
  'llm_call_timing', llm_call_timing, 'response', response, 'run_data', run_data, 'files', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'content_type', content_type, 'size_bytes', size_bytes,
      'direction', direction, 'created', ${time('created')}, 'storage_key', storage_key) ORDER BY position), '[]')
    FROM task_run_file WHERE task_run_id = task_run.id)) AS run
FROM task_run WHERE task_id = ANY ($1) ORDER BY id`;

interface ExportedRun extends RestRun {
  readonly reference: string | null;
  readonly response: unknown;
  readonly run_data: unknown;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly charged_credits: string | null;
  readonly deleted?: boolean;
}

describe('an export over REST', () => {
  const gateway = useGateway({
    arrange: (database) => arrangeGeneratedRuns(database, runs),
  });
  const project = `/api/v1/org/${orgId}/project/${projectId}`;
  const projectUrl = `${project}/task_run/export`;
  const taskUrl = `${project}/task/${taskId}/run/export`;
  const ask = (path: string, options: Parameters<typeof requestRest>[2] = {}) =>
    requestRest(gateway, `${gateway.url}${path}`, {
      as: owner,
      ...options,
      headers: { accept: 'application/x-ndjson', ...options.headers },
    });
  const linesOf = async (path: string, options?: Parameters<typeof ask>[1]) => {
    const response = await ask(path, options);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toMatch(/^$|\n$/);
    const lines: ExportedRun[] = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    return { lines, watermark: response.headers.get('x-watermark')! };
  };
  const inDatabase = async (taskIds: readonly string[]): Promise<ExportedRun[]> =>
    (await gateway.query(expected, [taskIds])).map(({ run }: RestChange) => run);
  const byId = (lines: readonly ExportedRun[]) => lines.toSorted((one, other) => (one.id < other.id ? -1 : 1));

  it.each([
    ['a task', taskUrl, [taskId]],
    ['a project', projectUrl, [taskId, otherTaskId]],
  ])('contains all runs of %s, once each, as the database has them', async (_title, path, taskIds) => {
    const { lines } = await linesOf(`${path}?fields=core,usage,timing,io,files`);
    const stored = await inDatabase(taskIds);
    expect(stored).toHaveLength(taskIds.length * (runs / 2));
    expect(byId(lines)).toEqual(stored);
  });

  it('omits the files, and no column, by default', async () => {
    const [line] = (await linesOf(taskUrl)).lines;
    const [run] = await inDatabase([taskId]);
    expect(new Set(Object.keys(line!))).toEqual(new Set(Object.keys(run!).filter((name) => name !== 'files')));
  });

  it('takes a statement for 100 runs, one that decides which runs are visible, and one for its name', async () => {
    const statements = await gateway.statementsOf(() => linesOf(`${taskUrl}?fields=core`));
    const pages = Math.ceil(runs / 2 / 100);
    expect(statements).toEqual({
      task_run_changes: pages,
      task_run_change_scopes: expect.any(Number),
      resource_names: 1,
    });
  });

  it.each(['application/x-ndjson', 'application/jsonl'])(
    'carries the media type %s to a client that accepts it',
    async (accept) => {
      const response = await ask(`${taskUrl}?fields=core`, { headers: { accept } });
      expect(response.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
      expect(response.headers.get('vary')).toMatch(/\baccept\b/);
      expect((await response.text()).split('\n')).toHaveLength(runs / 2 + 1);
    },
  );

  it('returns NDJSON to clients without a preference', async () => {
    const response = await ask(`${taskUrl}?fields=core`, { headers: { accept: '*/*' } });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    await response.body?.cancel();
  });

  it('rejects an Accept that names none of its media types with 406', async () => {
    const response = await ask(taskUrl, { headers: { accept: 'application/json' } });
    expect([response.status, await response.json()]).toMatchObject([406, { detail: { reason: 'NOT_ACCEPTABLE' } }]);
  });

  it('returns the format that the query names, not that of Accept', async () => {
    const response = await ask(`${taskUrl}?fields=usage&format=csv`, { headers: { accept: 'application/json' } });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toMatch(/^input_tokens,/);
    const rejected = await ask(`${taskUrl}?format=xml`);
    expect([rejected.status, await rejected.json()]).toMatchObject([422, { detail: [{ loc: ['query', 'format'] }] }]);
  });

  it('returns the same runs as Parquet', async () => {
    const response = await ask(`${projectUrl}?fields=core,io&format=parquet`);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    expect(response.headers.get('x-watermark')).toMatch(/^[\w-]+$/);
    const rows = await parquetReadObjects({ file: await response.arrayBuffer() });
    const { lines } = await linesOf(`${projectUrl}?fields=core,io`);
    const shown = ({ id, reference, response, run_data }: ExportedRun) => ({
      id,
      reference,
      response,
      run_data,
    });
    expect(byId(rows as unknown as ExportedRun[]).map(shown)).toEqual(byId(lines).map(shown));
  });

  it('never comes from the path of a list, which is a 406 to clients that accept no JSON', async () => {
    for (const accept of ['application/x-ndjson', 'application/jsonl', 'text/csv', 'text/csv, application/json;q=0']) {
      for (const path of [taskUrl, projectUrl]) {
        const response = await ask(path.replace('/export', ''), { headers: { accept } });
        expect([response.status, await response.json()]).toMatchObject([406, { detail: { reason: 'NOT_ACCEPTABLE' } }]);
      }
    }
    const withFormat = await ask(`${taskUrl.replace('/export', '')}?format=csv`, { headers: { accept: '*/*' } });
    expect([withFormat.status, await withFormat.json()]).toMatchObject([
      422,
      { detail: [{ loc: ['query', 'format'] }] },
    ]);
  });

  it('comes as CSV to a client that prefers it, a line for each run below a header', async () => {
    const response = await ask(`${taskUrl}?fields=usage`, { headers: { accept: 'application/json;q=0.5, text/csv' } });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, ...lines] = (await response.text()).split('\r\n');
    expect(header).toBe('input_tokens,output_tokens,total_tokens,charged_credits');
    const stored = (await inDatabase([taskId])).map(
      (run) => `${run.input_tokens},${run.output_tokens},${run.total_tokens},${run.charged_credits ?? ''}`,
    );
    expect(lines.pop()).toBe('');
    expect(lines.toSorted()).toEqual(stored.toSorted());
  });

  it('leaves the list to clients that accept JSON', async () => {
    const mixed = ['text/html, */*;q=0.8', 'text/csv, application/json;q=0.5'];
    for (const accept of ['*/*', 'application/json', 'application/json; charset=utf-8', ...mixed]) {
      const response = await ask(`${project}/task_run?page_limit=2`, { headers: { accept } });
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(((await response.json()) as RestPage).results).toHaveLength(2);
    }
  });

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('comes compressed by %s', async (encoding, decompress) => {
    const plain = await (await ask(taskUrl, { headers: { 'accept-encoding': 'identity' } })).text();
    const token = await gateway.tokenFor(owner);
    const headers = { authorization: `Bearer ${token}`, accept: 'application/jsonl', 'accept-encoding': encoding };
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      get(`${gateway.url}${taskUrl}`, { headers }, (response) => {
        expect(response.headers['content-encoding']).toBe(encoding);
        expect(response.headers.vary).toMatch(/\baccept-encoding\b/);
        buffer(response).then(resolve, reject);
      });
    });
    expect(bytes.length).toBeLessThan(plain.length / 3);
    expect(decompress(bytes).toString()).toBe(plain);
  });

  it('continues at the watermark of an earlier one with what has changed since, once', async () => {
    const { watermark } = await linesOf(projectUrl);
    expect((await linesOf(`${projectUrl}?after=${watermark}`)).lines).toEqual([]);
    await gateway.query("UPDATE task_run SET context_id = 'changed' WHERE task_id = $1 AND input_tokens % 100 = 0", [
      taskId,
    ]);
    await gateway.query("UPDATE task_run_file SET name = 'b.txt' WHERE task_run_id = $1", [idOf(100_000 + 11)]);
    await untilSettled(gateway);
    const changed = (await inDatabase([taskId, otherTaskId])).filter(
      ({ context_id, files }) => context_id === 'changed' || files[0]?.name === 'b.txt',
    );
    expect(changed.length).toBeGreaterThan(5);
    const next = await linesOf(`${projectUrl}?after=${watermark}&fields=core,usage,timing,io,files`);
    expect(byId(next.lines)).toEqual(changed);
    expect((await linesOf(`${projectUrl}?after=${next.watermark}`)).lines).toEqual([]);
  });

  it('begins with what was deleted since, whatever the filter, in every format', async () => {
    const { watermark } = await linesOf(projectUrl);
    const [id, moved] = [idOf(100_000 + 14), idOf(100_000 + 16)];
    const task = idOf(0x900);
    await gateway.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Short-lived')", [task, projectId]);
    await gateway.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [task, idOf(100_000 + 18)]);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    await gateway.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [otherTaskId, moved]);
    await gateway.query('DELETE FROM task WHERE id = $1', [task]);
    await untilSettled(gateway);
    const after = `after=${watermark}`;
    const deletions = [
      { id, task_id: taskId, deleted: true },
      { id: idOf(100_000 + 18), task_id: task, deleted: true },
    ];
    const { lines } = await linesOf(`${projectUrl}?${after}&fields=core`);
    expect(lines).toEqual([...deletions, expect.objectContaining({ id: moved, task_id: otherTaskId })]);
    expect(lines[2]).not.toHaveProperty('deleted');
    const filtered = await linesOf(`${taskUrl}?${after}&fields=usage&min_total_tokens=2000000000`);
    expect(byId(filtered.lines)).toEqual(
      [id, moved, idOf(100_000 + 18)].map((item) => ({ id: item, task_id: taskId, deleted: true })),
    );
    const csv = await (await ask(`${projectUrl}?${after}&fields=usage&format=csv`)).text();
    expect(csv.split('\r\n')).toEqual([
      'id,task_id,input_tokens,output_tokens,total_tokens,charged_credits,deleted',
      `${id},${taskId},,,,,true`,
      `${idOf(100_000 + 18)},${task},,,,,true`,
      `${moved},${otherTaskId},16,16,32,0.16,false`,
      '',
    ]);
    const parquet = await ask(`${projectUrl}?${after}&fields=core,usage&format=parquet`);
    const rows = await parquetReadObjects({ file: await parquet.arrayBuffer() });
    expect(rows).toMatchObject([
      ...deletions.map((deletion) => ({ ...deletion, created: null })),
      { id: moved, deleted: false },
    ]);
    expect(Object.keys(rows[0]!).at(-1)).toBe('deleted');
    expect((await linesOf(`${projectUrl}?format=ndjson`)).lines.some(({ deleted }) => deleted)).toBe(false);
  });

  it('respects the filter', async () => {
    const { lines } = await linesOf(`${projectUrl}?status=FAIL&fields=core`);
    const failed = (await inDatabase([taskId, otherTaskId])).filter(({ is_error }) => is_error);
    expect(byId(lines).map(({ id }) => id)).toEqual(failed.map(({ id }) => id));
  });

  it('returns only headers for HEAD', async () => {
    const statements = await gateway.statementsOf(async () => {
      const response = await ask(taskUrl, { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([200, '']);
      expect(response.headers.get('x-watermark')).toMatch(/^[\w-]+$/);
    });
    expect(statements).toEqual({ task_run_change_scopes: 1, resource_names: 1 });
  });

  it.each([
    [taskUrl, 'format=csv&created_after=2026-11-01&created_before=2026-12-01', /^[\w-]+_2026-11-01_2026-11-30\.csv$/],
    [taskUrl, '', /^[\w-]+_\d{4}-\d\d-\d\d\.ndjson$/],
    [projectUrl, 'format=parquet', /^[\w-]+_\d{4}-\d\d-\d\d\.parquet$/],
  ])('bears the name of %s and the period of %s', async (path, query, pattern) => {
    const response = await ask(`${path}?${query}`, { method: 'HEAD' });
    const [, fileName] = /^attachment; filename="([^"]*)"$/.exec(response.headers.get('content-disposition')!)!;
    expect(fileName).toMatch(pattern);
    const [{ name }] = await gateway.query(
      'SELECT name FROM task WHERE id = $1 UNION ALL SELECT name FROM project WHERE id = $2',
      path === taskUrl ? [taskId, null] : [null, projectId],
    );
    expect(fileName).toMatch(new RegExp(`^${(name as string).toLowerCase().replace(/\W+/g, '-')}_`));
    const singleTask = await ask(`${projectUrl}?${query}&task_id=${taskId}`, { method: 'HEAD' });
    if (path === taskUrl)
      expect(singleTask.headers.get('content-disposition')).toBe(response.headers.get('content-disposition'));
  });

  it('begins with a byte order mark in CSV with bom=true', async () => {
    const bytesOf = async (query: string) => Buffer.from(await (await ask(`${taskUrl}?${query}`)).arrayBuffer());
    const [plain, marked] = await Promise.all(['format=csv', 'format=csv&bom=true'].map(bytesOf));
    expect(marked).toEqual(Buffer.concat([Buffer.from('efbbbf', 'hex'), plain!]));
    expect(await bytesOf('format=csv&bom=false')).toEqual(plain);
    const byAccept = await ask(`${taskUrl}?bom=true`, { headers: { accept: 'text/csv' } });
    expect(
      Buffer.from(await byAccept.arrayBuffer())
        .subarray(0, 3)
        .toString('hex'),
    ).toBe('efbbbf');
    for (const format of ['ndjson', 'parquet']) {
      const rejected = await ask(`${taskUrl}?format=${format}&bom=true`);
      expect([rejected.status, await rejected.json()]).toEqual([
        422,
        { detail: [{ loc: ['query', 'bom'], msg: 'must be false unless the format is csv', type: 'value_error' }] },
      ]);
    }
  });

  it.each(['fields=usage,timing', 'fields=usage&fields=timing', 'fields[]=timing&fields%5B%5D=usage'])(
    'contains the groups of columns of %s',
    async (query) => {
      const text = await (await ask(`${taskUrl}?format=csv&${query}`)).text();
      expect(text.split('\r\n', 1)).toEqual([
        'input_tokens,output_tokens,total_tokens,charged_credits,input_processor_timing,llm_call_timing',
      ]);
    },
  );

  it.each([
    ['fields=', 'fields', 'VALIDATION_FAILED'],
    ['fields=core,', 'fields', 'VALIDATION_FAILED'],
    ['fields=Core', 'fields', 'VALIDATION_FAILED'],
    ['fields=core, usage', 'fields', 'VALIDATION_FAILED'],
    ['fields[]=constructor', 'fields', 'VALIDATION_FAILED'],
    ['fields=core,secrets', 'fields', 'VALIDATION_FAILED'],
    ['after=x', 'after', 'VALIDATION_FAILED'],
    ['after=a&after=b', 'after', 'VALIDATION_FAILED'],
    ['status=done', 'status', 'VALIDATION_FAILED'],
  ])('fails with 422 for %s', async (query, name) => {
    const response = await ask(`${taskUrl}?${query}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([422, 'application/json; charset=utf-8']);
    expect(await response.json()).toEqual({
      detail: [{ loc: ['query', name], msg: expect.any(String), type: expect.any(String) }],
    });
  });

  it('fails with 422 for a cursor of another epoch', async () => {
    const cursor = Buffer.from(`1 ${idOf(1)}`).toString('base64url');
    const response = await ask(`${taskUrl}?after=${cursor}`);
    expect([response.status, await response.json()]).toMatchObject([422, { detail: { reason: 'CURSOR_EXPIRED' } }]);
  });
});
