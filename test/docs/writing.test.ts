// docs/tables.md describes the tables that the migrations create, and each block in docs/writing.md works unchanged.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import type { DataSource } from 'typeorm';
import { isResourceId } from '../../src/access/resource-id.js';
import { toUserId } from '../../src/access/user-id.js';
import { createImportCommand, readImportRequest } from '../../src/commands/import.js';
import { type FileImport, importFile } from '../../src/commands/import-sources/import-file.js';
import { createNamesCommand, importNames, readNamesRequest } from '../../src/commands/names.js';
import { parseConfig } from '../../src/config/config.js';
import { findErasedRuns } from '../../src/database/erasures.js';
import { countTraces, eraseTraces, recordErasure } from '../../src/purge/erase-person.js';
import { planPurge } from '../../src/purge/purge-plan.js';
import { purgeRuns } from '../../src/purge/purge-runs.js';
import { describeOnServer } from '../support/databases.js';
import { emptyTables } from '../support/empty-tables.js';
import { createEmptyDatabase, createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { requestRest, runUrl } from '../support/rest-client.js';
import { spawnProgram } from '../support/spawned-program.js';
import { useGateway } from '../support/start-gateway.js';
import { onServer } from '../support/template-database.mjs';
import { parsed } from '../unit/commands/parsed-command.js';
import { block, codesIn, tableRows } from './documents.js';

const gateway = useGateway();
const tables = [
  'organization',
  'project',
  'task',
  'reporting_group',
  'task_run',
  'task_run_file',
  'resource_name',
  'access_grant',
  'retention',
  'erased_run',
  'erased_user',
];
const silentTerminal = () => ({
  input: (async function* () {})(),
  output: { write() {} },
  errors: { write() {} },
  signal: new AbortController().signal,
});
const path = {
  orgId: '0195d1fe-0000-7000-8000-000000000001',
  projectId: '0195d1fe-0000-7000-8000-000000000002',
  taskId: '0195d1fe-0000-7000-8000-000000000003',
  id: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
};

describeOnServer('the SQL for user ids', () => {
  it.each(['user-id', 'user-id-pgcrypto'])('computes that of a caller: %s', async (name) => {
    const database = await createMigratedDatabase();
    const dataSource = await database.connect();
    const [issuer, subject] = ['https://acme.eu.auth0.com/', 'auth0|507f1f77bcf86cd799439020'];
    const { text } = block(name);
    const selection = text.lastIndexOf('SELECT uuid');
    await dataSource.query(text.slice(0, selection));
    const rows = await dataSource.query(text.slice(selection));
    await dataSource.destroy();
    await database.drop();
    expect(rows).toEqual([{ user_id: toUserId({ issuer, type: 'oidc', userId: 'uuid5' }, subject, {}) }]);
  });
});

describeOnServer('the role that migrates', () => {
  const role = `migrator_docs_${process.pid}`;
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'hunter2'`);
  });
  afterAll(async () => {
    await database?.drop();
    await onServer(`DROP ROLE IF EXISTS ${role}`);
  });

  it('needs the documented grant, which errors name', async () => {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'hunter2';
    const migrate = () => spawnProgram(['main.js', 'migrate'], { DATABASE_URL: url.href }).ended;
    expect(await migrate()).toMatchObject({
      code: 1,
      errors: expect.stringMatching(
        /permission denied for schema public\. As the owner .*: GRANT USAGE, CREATE ON SCHEMA public/,
      ),
    });
    const dataSource = await database.connect();
    await dataSource.query(block('migrating-role').text.replace('migrator', role));
    await dataSource.destroy();
    expect(await migrate()).toMatchObject({ code: 0, errors: '' });
  });
});

describe('the tables of docs/tables.md', () => {
  it.each(tables)('%s lists the columns, types and defaults', async (table) => {
    const columns: { name: string; type: string; fallback: string | null; required: boolean }[] = await gateway.query(
      `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
        (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum) AS fallback
      FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [table],
    );
    const known = columns.map(({ name, type, fallback, required }) => [
      name,
      type.replace('character varying', 'varchar').replace('timestamp(6) with time zone', 'timestamptz'),
      fallback?.replace(/::.*$/, '') ?? (required ? 'required' : 'null'),
    ]);
    const documented = tableRows('docs/tables.md', table, 'column').map(([name, type, fallback]) => [
      codesIn(name!)[0],
      codesIn(type!)[0],
      fallback!.replaceAll('`', ''),
    ]);
    expect(documented).toEqual(known);
  });

  it.each(tables)('%s lists the constraints', async (table) => {
    const constraints: { name: string }[] = await gateway.query(
      "SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype <> 'n'",
      [table],
    );
    const codes = tableRows('docs/tables.md', table, 'column').flatMap(([, , , meaning]) => codesIn(meaning!));
    expect(constraints.length).toBeGreaterThan(0);
    expect(constraints.map(({ name }) => name).filter((name) => !codes.includes(name))).toEqual([]);
  });

  it('match the keys of the picture', async () => {
    const rows: { readonly line: string }[] = await gateway.query(`
      SELECT format('%s %s--o{ %s : %s', confrelid::regclass, CASE WHEN attnotnull THEN '||' ELSE '|o' END, conrelid::regclass,
        attname) AS line
      FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
      WHERE contype = 'f' AND connamespace = 'public'::regnamespace
      UNION ALL SELECT format('%s.%s %s', conrelid::regclass, attname, string_agg(upper(contype) || 'K', ', ' ORDER BY contype DESC))
      FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
      WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace AND conrelid <> 'migrations'::regclass
      GROUP BY conrelid, attname`);
    let table = '';
    const drawn = block('keys-of-tables')
      .text.split('\n')
      .flatMap((line) => {
        if (line.includes('--o{')) return [line.trim()];
        const [, opened] = /^ +(\w+) \{$/.exec(line) ?? [];
        table = opened ?? table;
        const [, column, keys] = /^ +\w+ (\w+) ([PF]K.*)$/.exec(line) ?? [];
        return column === undefined ? [] : [`${table}.${column} ${keys}`];
      });
    expect(drawn.toSorted()).toEqual(rows.map(({ line }) => line).toSorted());
  });

  it('list the triggers', async () => {
    const triggers = await gateway.query(
      'SELECT tgname AS name, tgrelid::regclass::text AS table FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname',
    );
    const documented = tableRows('docs/tables.md', 'Triggers', 'trigger').map(([name, table]) => ({
      name: codesIn(name!)[0]!,
      table: codesIn(table!)[0]!,
    }));
    expect(documented.sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual(triggers);
  });

  it('allow reads to a role with the documented grants, also of later tables', async () => {
    const role = `gateway_docs_${process.pid}`;
    await gateway.query(`CREATE ROLE ${role}`);
    await gateway.query(block('gateway-role').text.replaceAll(/\bgateway\b/g, role));
    await gateway.query('CREATE TABLE later ()');
    const unreadable = await gateway.query(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT has_table_privilege($1, oid, 'SELECT')",
      [role],
    );
    await gateway.query(`DROP TABLE later; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    expect(unreadable).toEqual([]);
  });

  it('show an example that GraphQL and REST return whole, with the bytes of its file', async () => {
    const script = block('insert-file').text.replaceAll('.data', gateway.dataDir);
    execFileSync('sh', ['-ec', script], { env: { PATH: process.env.PATH! } });
    await gateway.query(block('insert-run').text);
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'reader of docs', 'viewer')", [
      path.taskId,
    ]);
    const arguments_ = Object.entries(path).map(([name, value]) => `${name}: "${value}"`);
    const { taskRun } = await gateway.dataOf(
      `{ taskRun(${arguments_.join(', ')}) { created response submitted chargedCredits userId reference isError reportingGroup { name } files { name sizeBytes downloadUrl } } }`,
      { as: 'reader of docs' },
    );
    expect(taskRun).toEqual({
      created: '2025-03-26T08:15:30.247662Z',
      response: { category: 'shipping' },
      submitted: { text: 'Where is my parcel?' },
      chargedCredits: '1.00',
      userId: '0195d1ff-0000-7000-8000-000000000005',
      reference: 'ticket-4711',
      isError: false,
      reportingGroup: { name: 'Pilot' },
      files: [{ name: 'letter.txt', sizeBytes: 19, downloadUrl: expect.any(String) }],
    });
    expect(await (await fetch(taskRun.files[0].downloadUrl)).text()).toBe('Where is my parcel?');
    const run = await (await requestRest(gateway, runUrl(gateway, path), { as: 'reader of docs' })).json();
    expect(run).toMatchObject({ id: path.id, charged_credits: '1.00', total_tokens: 1801 });
  });
});

describe('the ids of docs/writing.md', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-ids-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** These begin with a time within a minute of now. */
  function expectNew(id: string): void {
    expect(isResourceId(id)).toBe(true);
    const milliseconds = Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
    expect(Math.abs(Date.now() - milliseconds)).toBeLessThan(60_000);
  }

  it('begin with the time in SQL', async () => {
    const [row] = await gateway.query(block('id-sql').text);
    expectNew(row.id);
  });

  it('begin with the time in TypeScript', async () => {
    const file = join(folder, 'id.mjs');
    const { code } = transformSync(block('id-typescript').text, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    });
    await writeFile(file, code);
    const { runId } = await import(pathToFileURL(file).href);
    expectNew(runId());
  });

  it('begin with the time in Python', () => {
    const script = `${block('id-python').text}\nprint(run_id(), end="")`;
    expectNew(execFileSync('python3', ['-c', script], { encoding: 'utf8' }));
  });
});

describe('a writer as docs/writing.md has it', () => {
  const writer = `writer_docs_${process.pid}`;
  let database: OwnDatabase;
  let dataSource: DataSource;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-writing-'));
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await dataSource.query(`CREATE ROLE ${writer}`);
    await dataSource.query(withRoles(block('writer-role').text));
  });
  beforeEach(async () => {
    await emptyTables(dataSource);
    await dataSource.query(block('insert-run').text);
  });
  afterAll(async () => {
    await dataSource?.query(`DROP OWNED BY ${writer}; DROP ROLE ${writer}`);
    await dataSource?.destroy();
    await database?.drop();
    await rm(folder, { recursive: true });
  });

  const withRoles = (text: string) => text.replaceAll(/\bwriter\b/g, writer).replaceAll(/\bgateway\b/g, writer);
  const runs = (columns: string) => dataSource.query(`SELECT ${columns} FROM task_run ORDER BY id`);
  async function asWriter(marker: string): Promise<unknown> {
    await dataSource.query(`SET ROLE ${writer}`);
    try {
      return await dataSource.query(block(marker).text);
    } finally {
      await dataSource.query('RESET ROLE');
    }
  }

  it('corrects a run, which makes one version', async () => {
    const [before] = await runs('changed_xid');
    await asWriter('upsert-run');
    const [corrected] = await runs('response, total_tokens, changed_xid');
    expect(corrected).toMatchObject({ response: { category: 'delivery' }, total_tokens: 1804 });
    expect(corrected.changed_xid).not.toBe(before.changed_xid);
    await asWriter('upsert-run');
    expect(await runs('changed_xid')).toEqual([{ changed_xid: corrected.changed_xid }]);
  });

  it('erases a person', async () => {
    const rule = { kind: 'user', userId: '0195d1ff-0000-7000-8000-000000000005', includesGrants: false } as const;
    await dataSource.query(`SET ROLE ${writer}`);
    try {
      const plan = await planPurge(dataSource, 'all', rule, new Date().toISOString());
      const { signal } = new AbortController();
      expect(await purgeRuns(dataSource, plan, { batch: 10, pauseMs: 0, signal, onCommit() {} })).toBe(1);
      expect(await countTraces(dataSource, 'all', rule)).toEqual({ deletions: 0, names: 0, grants: 0 });
      expect(await dataSource.query(block('erased-user').text)).toEqual([]);
      await recordErasure(dataSource, { type: 'project', id: path.projectId }, rule);
      expect(await dataSource.query(block('erased-user').text)).toHaveLength(1);
      await eraseTraces(dataSource, 'all', rule);
      const run = { id: path.id, taskId: path.taskId, userId: null, created: null };
      const others = { ...run, id: path.taskId, userId: rule.userId };
      const created = new Date(0).toISOString();
      expect(await findErasedRuns(dataSource.manager, [run, { ...others, created }])).toEqual(
        new Set([run.id, others.id]),
      );
    } finally {
      await dataSource.query('RESET ROLE');
    }
  });

  it('replaces files, adds a reporting group and deletes a run', async () => {
    await asWriter('replace-files');
    expect(await dataSource.query('SELECT name FROM task_run_file')).toEqual([{ name: 'letter.txt' }]);
    await asWriter('add-group');
    await asWriter('add-group');
    expect(await runs('reporting_group_id AS id')).toEqual([{ id: '0195d1fe-0000-7000-8000-000000000006' }]);
    await asWriter('delete-run');
    expect(await dataSource.query('SELECT FROM task_run UNION ALL SELECT FROM task_run_file')).toEqual([]);
  });

  it('names users and task revisions, and names them again', async () => {
    await asWriter('name-resources');
    await dataSource.query("UPDATE resource_name SET name = 'old'");
    await asWriter('name-resources');
    const [{ userId, revisionId }] = await runs('user_id AS "userId", task_revision_id AS "revisionId"');
    expect(await dataSource.query('SELECT kind, id, name FROM resource_name ORDER BY kind')).toEqual([
      { kind: 'task_revision', id: revisionId, name: 'Version 3' },
      { kind: 'user', id: userId, name: 'Ada Lovelace' },
    ]);
  });

  it('names them by the documented file and command', async () => {
    await asWriter('name-resources');
    const before = await dataSource.query('SELECT * FROM resource_name ORDER BY kind');
    const [, options] = /npm run names -- (.+)$/m.exec(block('name-by-file').text)!;
    const request = readNamesRequest(parsed(createNamesCommand(), options!.split(' ')));
    await writeFile(join(folder, 'names.csv'), block('names-csv').text);
    await dataSource.query("UPDATE resource_name SET id = gen_random_uuid() WHERE kind = 'user'");
    const { dataDir, database: settings } = parseConfig({});
    const config = { dataDir, database: { ...settings, url: database.url } };
    const code = await importNames({ ...request, file: join(folder, 'names.csv') }, config, silentTerminal());
    expect([code, await dataSource.query('SELECT * FROM resource_name ORDER BY kind')]).toEqual([0, before]);
  });

  it('cannot do more', async () => {
    await dataSource.query(`SET ROLE ${writer}`);
    for (const statement of [
      'DELETE FROM task',
      "UPDATE organization SET name = 'x'",
      'SELECT FROM access_grant',
      'TRUNCATE task_run CASCADE',
    ]) {
      await expect(dataSource.query(statement)).rejects.toThrow('permission denied');
    }
    await dataSource.query('RESET ROLE');
  });

  it('keeps transactions open for a limited time, and the gateway sees their owner', async () => {
    await dataSource.query(withRoles(block('limit-transactions').text));
    await dataSource.query(withRoles(block('see-transactions').text));
    const [role] = await dataSource.query(
      "SELECT rolconfig AS settings, pg_has_role(rolname, 'pg_read_all_stats', 'MEMBER') AS \"hasStatistics\" FROM pg_roles WHERE rolname = $1",
      [writer],
    );
    expect(role).toEqual({ settings: ['idle_in_transaction_session_timeout=60s'], hasStatistics: true });
  });

  describeOnServer('with psql', () => {
    it('copies many runs, and does not touch existing ones', async () => {
      const row = (id: string, response: string) =>
        `${id},0195d1fe-0000-7000-8000-000000000003,0195d1ff-1f42-714e-8b65-641baf9dc32e,2025-03-26T08:15:30Z,"{""submitted"": 1}",${response},1,2,3\n`;
      const header = 'id,task_id,task_revision_id,created,run_data,response,input_tokens,output_tokens,total_tokens\n';
      const text =
        header + row('0195d1ff-1f05-437a-95ac-6de8969cb47b', '1') + row('0195d1ff-1f06-437a-95ac-6de8969cb47b', '');
      await writeFile(join(folder, 'runs.csv'), text);
      const env = { PATH: process.env.PATH!, DATABASE_URL: database.url };
      execFileSync('sh', ['-ec', block('copy-runs').text], { cwd: folder, env, stdio: 'pipe' });
      expect(await runs('response, run_data, run_data_bytes > 0 AS counted')).toEqual([
        { response: { category: 'shipping' }, run_data: { submitted: { text: 'Where is my parcel?' } }, counted: true },
        { response: null, run_data: { submitted: 1 }, counted: true },
      ]);
    });
  });

  /** Imports with the options of a documented command. Returns the exit code and the last summary. */
  async function importBy(marker: string, request: Partial<FileImport>): Promise<{ code: number; summary: string }> {
    const [, options] = /npm run import -- (.+)$/s.exec(block(marker).text.replace(' \\\n ', ''))!;
    const documented = readImportRequest(parsed(createImportCommand(), options!.trim().split(' '))) as FileImport;
    const { dataDir, files, database: settings } = parseConfig({});
    const config = { dataDir, files, importToken: undefined, database: { ...settings, url: database.url } };
    let output = '';
    const terminal = {
      input: (async function* () {})(),
      output: { write: (text: string) => (output += text) },
      errors: { write: () => {} },
      signal: new AbortController().signal,
    };
    const code = await importFile({ ...documented, ...request }, config, terminal);
    return { code, summary: /^Runs: .*$/m.exec(output)![0] };
  }

  it('imports the CSV of docs/import-export.md once', async () => {
    const file = join(folder, 'documented.csv');
    await writeFile(file, block('runs-csv').text);
    await emptyTables(dataSource);
    const request = { file, creates: true, rejectFile: join(folder, 'rejected.csv') };
    expect(await importBy('import-file', request)).toMatchObject({
      code: 0,
      summary: expect.stringContaining(' 2 new,'),
    });
    expect(await importBy('import-file', request)).toMatchObject({
      code: 0,
      summary: expect.stringContaining(' 2 skipped,'),
    });
    expect(await runs('response, is_error, total_tokens')).toEqual([
      { response: { category: 'shipping' }, is_error: false, total_tokens: 128 },
      { response: { detail: { message: 'No response.' } }, is_error: true, total_tokens: 110 },
    ]);
  });

  const hasJq = spawnSync('jq', ['--version']).status === 0;
  (hasJq ? describe : describe.skip)(hasJq ? 'with jq' : 'with jq (skipped: it is not installed)', () => {
    /** Imports the output of a recipe twice. */
    async function importByRecipe(marker: string, files: Readonly<Record<string, readonly object[]>>): Promise<string> {
      for (const [name, lines] of Object.entries(files))
        await writeFile(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      execFileSync('sh', ['-ec', block(marker).text], { cwd: folder, env: { PATH: process.env.PATH! }, stdio: 'pipe' });
      await writeFile(join(folder, 'map.json'), block('recipe-map').text);
      const here = { file: join(folder, 'runs.ndjson'), mapFile: join(folder, 'map.json') };
      await emptyTables(dataSource);
      const first = await importBy('recipe-import', here);
      const second = await importBy('recipe-import', here);
      expect([first.code, second.code]).toEqual([0, 0]);
      return `${first.summary}\n${second.summary}`;
    }
    const columns =
      'created, run_data, response, is_error, input_tokens, output_tokens, total_tokens, llm_call_timing, charged_credits, context_id';

    it('imports the generations of Langfuse once', async () => {
      const generation = {
        type: 'GENERATION',
        trace_id: 'trace',
        start_time: '2024-05-29 13:46:19.963000',
        end_time: '2024-05-29 13:46:21.213000',
        provided_model_name: 'gpt-4o',
        level: 'DEFAULT',
        status_message: null,
        input: '[{"role":"user"}]',
        output: 'Hello',
        usage_details: { input: 10, output: 2, total: 12 },
        cost_details: { input: 0.0024, output: 0.0001 },
        total_cost: 0.0025,
      };
      const failed = {
        id: 'b',
        level: 'ERROR',
        status_message: 'timeout',
        output: null,
        end_time: null,
        usage_details: {},
        cost_details: {},
        total_cost: null,
      };
      const numeric = { output: '42', usage_details: { input: 1, output: 20, total: 21 } };
      const summary = await importByRecipe('langfuse', {
        'observations.jsonl': [
          { ...generation, id: 'a' },
          { ...generation, ...failed },
          { ...generation, id: 'c', type: 'SPAN' },
          { ...generation, ...numeric, id: 'd' },
        ],
      });
      expect(summary).toMatch(/3 new, .*\n.* 0 new, .* 3 skipped/);
      expect((await runs(columns)).sort(byTokens)).toEqual([
        expect.objectContaining({
          response: { detail: { message: 'timeout' } },
          is_error: true,
          llm_call_timing: null,
          charged_credits: null,
        }),
        {
          created: new Date('2024-05-29T13:46:19.963Z'),
          run_data: { submitted: [{ role: 'user' }], model: 'gpt-4o', trace: 'trace' },
          response: 'Hello',
          is_error: false,
          input_tokens: 10,
          output_tokens: 2,
          total_tokens: 12,
          llm_call_timing: expect.closeTo(1.25),
          charged_credits: '0.0025',
          context_id: null,
        },
        // Text that looks like a number.
        expect.objectContaining({ response: '42' }),
      ]);
    });

    it('imports the output of a batch of OpenAI once', async () => {
      const body = {
        created: 1711652795,
        choices: [{ message: { role: 'assistant', content: 'Hello.' } }],
        usage: { prompt_tokens: 22, completion_tokens: 2, total_tokens: 24 },
      };
      const summary = await importByRecipe('openai-batch', {
        'batch-input.jsonl': ['one', 'two'].map((id) => ({ custom_id: id, body: { model: 'gpt-4o', messages: [id] } })),
        'batch-output.jsonl': [
          { id: 'batch_req_1', custom_id: 'one', response: { status_code: 200, body }, error: null },
          {
            id: 'batch_req_2',
            custom_id: 'two',
            response: null,
            error: { code: 'batch_expired', message: 'Expired.' },
          },
        ],
      });
      expect(summary).toMatch(/2 new, .*\n.* 0 new, .* 2 skipped/);
      expect((await runs(columns)).sort(byTokens)).toMatchObject([
        { created: new Date(1711652000_000), response: { detail: { message: 'Expired.' } }, is_error: true },
        {
          created: new Date(1711652795_000),
          response: 'Hello.',
          run_data: { submitted: { model: 'gpt-4o', messages: ['one'] }, custom_id: 'one' },
          total_tokens: 24,
        },
      ]);
    });

    it('imports spans of OpenTelemetry once', async () => {
      const attributes = Object.entries({
        'gen_ai.operation.name': { stringValue: 'chat' },
        'gen_ai.request.model': { stringValue: 'gpt-4o' },
        'gen_ai.usage.input_tokens': { intValue: '12' },
        'gen_ai.usage.output_tokens': { intValue: '8' },
        'gen_ai.input.messages': { stringValue: '[{"role":"user"}]' },
        'gen_ai.output.messages': { stringValue: '[{"role":"assistant"}]' },
        'gen_ai.conversation.id': { stringValue: 'conversation' },
      }).map(([key, value]) => ({ key, value }));
      const span = {
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        startTimeUnixNano: '1544712660300000000',
        endTimeUnixNano: '1544712661800000000',
        attributes,
        status: {},
      };
      const structured = [
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: 3 } },
        {
          key: 'gen_ai.output.messages',
          value: {
            arrayValue: {
              values: [
                {
                  kvlistValue: {
                    values: [
                      { key: 'role', value: { stringValue: 'assistant' } },
                      { key: 'parts', value: { arrayValue: {} } },
                      { key: 'final', value: { boolValue: false } },
                    ],
                  },
                },
              ],
            },
          },
        },
      ];
      const failed = [
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'error.type', value: { stringValue: 'timeout' } },
      ];
      const spans = [
        span,
        { ...span, spanId: 'eee19b7ec3c1b175', attributes: [] },
        { ...span, spanId: 'eee19b7ec3c1b176', attributes: structured },
        { ...span, spanId: 'eee19b7ec3c1b177', attributes: failed, status: { code: 2 } },
      ];
      const summary = await importByRecipe('opentelemetry', {
        'spans.jsonl': [{ resourceSpans: [{ scopeSpans: [{ spans }] }] }],
      });
      expect(summary).toMatch(/3 new, .*\n.* 0 new, .* 3 skipped/);
      expect((await runs(columns)).sort(byTokens)).toEqual([
        expect.objectContaining({ response: { detail: { message: 'timeout' } }, is_error: true }),
        expect.objectContaining({ response: [{ role: 'assistant', parts: [], final: false }], total_tokens: 3 }),
        {
          created: new Date('2018-12-13T14:51:00.300Z'),
          run_data: { submitted: [{ role: 'user' }], model: 'gpt-4o', trace: span.traceId },
          response: [{ role: 'assistant' }],
          is_error: false,
          input_tokens: 12,
          output_tokens: 8,
          total_tokens: 20,
          llm_call_timing: expect.closeTo(1.5),
          charged_credits: null,
          context_id: 'conversation',
        },
      ]);
    });
  });
});

type Counted = { readonly total_tokens: number };
const byTokens = (one: Counted, other: Counted) => one.total_tokens - other.total_tokens;
