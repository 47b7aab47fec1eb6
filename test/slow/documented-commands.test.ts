// Runs every command of the documents unchanged, except for the port, folder and database, which are the test's own.
// Exceptions are `npm ci` and the complete `npm test`, which CI runs before and around this.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cases } from '../../bench/cases/index.js';
import { parseOptions as parseCompareOptions } from '../../bench/compare/options.js';
import { parseOptions } from '../../bench/options.js';
import { parseScaleOptions } from '../../bench/scale/options.js';
import { questions } from '../../bench/scale/questions.js';
import { statisticsCases } from '../../bench/statistics/cases.js';
import { readArguments } from '../../src/commands/arguments/configured-command.js';
import { rejectUnexpectedArguments } from '../../src/commands/arguments/options.js';
import { createExportCommand, readExportRequest } from '../../src/commands/export.js';
import { createImportCommand, readImportRequest } from '../../src/commands/import.js';
import { createSeedCommand, readRunCount } from '../../src/commands/seed.js';
import { createStartCommand } from '../../src/commands/start.js';
import { inspectConfig, parseConfig } from '../../src/config/config.js';
import { readEnvFile } from '../../src/config/env-file.js';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import { exportColumns, nameOfColumn } from '../../src/export/export-columns.js';
import { block, documents, readText, root } from '../docs/documents.js';
import { onServer, urlOf } from '../support/template-database.mjs';
import { parsed } from '../unit/commands/parsed-command.js';

let folder: string;
let environment: Record<string, string>;
const started: (() => Promise<void>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-docs-'));
  environment = { PATH: process.env.PATH!, HOME: process.env.HOME!, DATA_DIR: join(folder, 'data'), PORT: '0' };
});
afterAll(async () => {
  for (const stop of started) await stop();
  await rm(folder, { recursive: true, force: true });
});

const bash = async (script: string, more: Record<string, string> = {}) =>
  (await promisify(execFile)('bash', ['-euc', script], { env: { ...environment, ...more } })).stdout;
/** Replaces the program of the installed package, which test/slow/package.test.ts runs. */
const inClone = (text: string) => text.replace('npx task-run-gateway token', 'npm run --silent token --');
const jsonOf = (marker: string) => JSON.parse(block(marker).text);
const listedIssuers = () => /^export AUTH_ISSUERS='(.+)'$/m.exec(block('start-with-issuers').text)![1]!;

/** Starts a server with a script. Resolves once it listens, with its URL and output. */
function start(script: string, more: Record<string, string> = {}) {
  const child = spawn('bash', ['-euc', script], { env: { ...environment, ...more }, detached: true });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  started.push(async () => {
    process.kill(-child.pid!, 'SIGTERM');
    await ended;
  });
  return new Promise<{ url: string; output: () => string }>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const url = /"url":"([^"]+)"/.exec(output);
      if (url) resolve({ url: url[1]!, output: () => output });
    });
    void ended.then((code) => reject(new Error(`It ended with ${code}: ${output}`)));
  });
}

describe('the documented commands', () => {
  it('install, start and test as CI does', () => {
    expect(block('start').text).toBe('npm ci && npm start\n');
    expect(block('test').text).toBe('npm ci && npm test\n');
    const ci = readText('.ci/run');
    expect(ci).toMatch(/^npm ci\b/m);
    expect(ci).toMatch(/^node \.ci\/test\.mjs$/m);
  });

  it('start the gateway, and send the requests with the documented responses', async () => {
    const { url, output } = await start(block('start').text.replace('npm ci && ', ''));
    const send = async (script: string) => JSON.parse(await bash(script.replaceAll('http://127.0.0.1:4000', url)));
    const query = inClone(block('query').text);
    // Created once for all requests except the first.
    const token = `TOKEN='${await bash(`${query.slice(0, query.indexOf('curl'))}echo -n "$TOKEN"`)}'\n`;
    expect(await send(query)).toEqual(jsonOf('query-response'));
    const missingRun = token + query.replace(/^TOKEN=.*$/m, '').replace('c8637a967ecb', '000000000000');
    const extensions = { ...jsonOf('missing-run-extensions'), docUrl: `${url}/errors#NOT_FOUND` };
    expect(await send(missingRun)).toMatchObject({ data: { taskRun: null }, errors: [{ extensions }] });
    expect(await send(token + block('rest-run').text)).toEqual(jsonOf('rest-run-response'));
    for (const [report, response] of [
      ['rest-token-report', 'rest-token-report-response'],
      ['rest-usage-report', 'rest-usage-report-response'],
      ['rest-project-usage-report', 'rest-project-usage-report-response'],
      ['rest-timing-report', 'rest-timing-report-response'],
      ['rest-project-timing-report', 'rest-project-timing-report-response'],
      ['rest-credit-report', 'rest-credit-report-response'],
    ] as const) {
      expect([report, await send(token + block(report).text)]).toEqual([report, jsonOf(response)]);
    }
    const { expires, ...caller } = jsonOf('rest-whoami-response');
    expect(await send(token + block('rest-whoami').text)).toEqual({ ...caller, expires: expect.any(String) });
    expect(expires).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(await send(block('demo-token').text + block('whoami').text)).toEqual({
      ...caller,
      expires: expect.any(String),
    });
    expect(await send(token + block('rest-iam-test').text)).toEqual(jsonOf('rest-iam-test-response'));
    expect(await send(token + block('cost').text)).toMatchObject({
      data: { viewer: { subject: caller.subject } },
      extensions: { cost: { requestedQueryCost: expect.any(Number), actualQueryCost: expect.any(Number) } },
    });
    const { results, pagination } = await send(token + block('rest-list').text);
    expect(results.map(({ is_error }: { is_error: boolean }) => is_error)).toEqual([true, true]);
    expect(pagination).toEqual({ next_cursor: expect.any(String), has_next: true, page_limit: 2, scan_complete: true });
    const usage = await send(token + block('rest-usage').text);
    expect(Object.keys(usage.results[0])).toEqual(exportColumns(['core', 'usage', 'timing']).map(nameOfColumn));
    const found = await send(token + block('rest-filter').text);
    expect(found.results.length).toBeGreaterThan(0);
    for (const { response, is_error, total_tokens, created } of found.results) {
      expect(response?.category === 'billing' || is_error).toBe(true);
      expect(total_tokens).toBeGreaterThanOrEqual(1000);
      expect(created >= '2026-10-01').toBe(true);
    }
    const searched = await send(token + block('rest-search').text);
    expect(searched.results.map(({ id }: { id: string }) => id)).toEqual([jsonOf('rest-run-response').id]);
    const [header, ...lines] = (
      await bash((token + block('rest-export').text).replaceAll('http://127.0.0.1:4000', url))
    ).split('\r\n');
    expect(header).toMatch(/^id,task_id,.*,charged_credits$/);
    expect(lines.length).toBeGreaterThan(50);

    // The query that the startup message contains.
    for (let waited = 0; !/^stranger /m.test(output()) && waited < 50; waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [printed] = /^curl [\s\S]*?^ {2}-d .*$/m.exec(output())!;
    const { data, errors } = JSON.parse(await bash(printed));
    expect(errors).toBeUndefined();
    expect(data.taskRun).toMatchObject({ reportingGroup: { name: 'Pilot' } });
    expect(data.taskRun.files).toHaveLength(7);
    for (const { downloadUrl, sizeBytes, contentType } of data.taskRun.files) {
      const file = await fetch(downloadUrl);
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toContain(contentType);
      expect((await file.arrayBuffer()).byteLength).toBe(sizeBytes);
    }
  });

  it('start without npm as with it', () => {
    const { scripts } = JSON.parse(readText('package.json'));
    const program = block('start-without-npm').text.trim();
    expect(scripts.start).toContain(program.replace('dist/src/main.js', 'build.js --run start'));
  });

  it('check an installation', async () => {
    const output = await bash(block('doctor').text);
    expect(output).toMatch(/^ok {7}configuration: [\s\S]*^\d+ ok, 0 warning, 0 failed$/m);
    expect(JSON.parse(output.slice(output.indexOf('\n{')))).toMatchObject({ failed: 0, checks: expect.any(Array) });
  });

  it('run one test file', async () => {
    await bash(block('one-test').text);
  });

  // Needs a PostgreSQL server.
  (process.env.TEST_DATABASE_URL ? it : it.skip)(
    'prepare a PostgreSQL, grant a role in it, and start on it with the issuers named',
    async () => {
      const name = `gateway_docs_${process.pid}`;
      await onServer(`CREATE DATABASE ${name}`);
      started.push(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
      const more = { DATABASE_URL: urlOf(name) };
      const [, ...prepare] = block('prepare-database').text.trim().split('\n');
      expect(await bash(prepare.join('\n'), more)).toMatch(/10,?000/);
      expect(await bash(block('search-switch').text, more)).toMatch(/^Search is on\.[\s\S]*^Search is off\.$/m);
      expect((await bash(block('purge').text, more)).match(/^There are no such runs\.$/gm)).toHaveLength(3);
      expect(await bash(block('purge-tombstones').text, more)).toMatch(/^There are no such deletions\.$/m);
      expect(await bash(block('purge-user').text, more)).toMatch(
        /^There are no such runs\.\nOther rows with the person's id: 0 /m,
      );

      expect(await bash(block('grant').text, more)).toMatch(
        /^Granted viewer on task .* to user alice\.$[\s\S]*^Granted editor on project .* to members of organization .*\.$[\s\S]*^user alice {2}viewer {2}task .*$[\s\S]*^Revoked viewer on task .* from user alice\.$/m,
      );
      expect(await bash(block('grant-analyst').text, more)).toMatch(
        /^Granted analyst on organization .* to user finance@example\.com\.$[\s\S]*^user finance@example\.com {2}analyst /m,
      );
      const { url } = await start(block('start-with-issuers').text, more);
      // This issuer does not exist, so there are no keys.
      const ready = await fetch(`${url}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'issuer keys unavailable', issuersWithoutKeys: ['https://hydra.example.com/'] },
      ]);
      expect((await fetch(`${url}/graphql`, { method: 'POST' })).status).toBe(401);

      const AUTH_ISSUERS = listedIssuers();
      const fleet = await start(block('start-fleet').text, { ...more, AUTH_ISSUERS });
      const metrics = await (await fetch(`${fleet.url}/metrics`)).text();
      expect(new Set([...metrics.matchAll(/\bprocess="(\d)"/g)].map(([, process]) => process)).size).toBe(4);
    },
    120_000,
  );

  // Needs a PostgreSQL server and its client programs.
  (process.env.TEST_DATABASE_URL ? it : it.skip)(
    'back up a database and restore it',
    async () => {
      const name = `gateway_docs_backup_${process.pid}`;
      await onServer(`CREATE DATABASE ${name}`);
      started.push(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
      const more = { DATABASE_URL: urlOf(name) };
      const inFolder = (text: string) => text.replaceAll('runs.dump', join(folder, 'runs.dump'));
      const count = 'psql "$DATABASE_URL" --tuples-only --no-align --command "SELECT count(*) FROM task_run"';
      await bash('npm run migrate && npm run seed -- --runs 100', more);
      const before = await bash(count, more);
      await bash(inFolder(block('backup-database').text), more);
      await bash('psql "$DATABASE_URL" --command "DELETE FROM task_run"', more);
      await bash(inFolder(block('restore-database').text), more);
      expect(Number(before)).toBeGreaterThan(0);
      expect(await bash(count, more)).toBe(before);
    },
    120_000,
  );

  it('prepare a database by commands with these options', () => {
    const [url, migrate, seed, ...others] = block('prepare-database').text.trim().split('\n');
    expect(url).toMatch(/^export DATABASE_URL=postgres:\/\/\S+$/);
    expect(migrate).toBe('npm run migrate');
    expect(seed).toMatch(/^npm run seed -- /);
    expect(others).toEqual([]);
    expect(readRunCount(parsed(createSeedCommand(), seed!.split(' ').slice(4)))).toBe(10_000);
  });

  it('export to a folder by options of the command', () => {
    const [, options] = /^npm run export -- (.+)$/m.exec(block('export-files').text)!;
    const { orgId, projectId } = demoPlaces.richRun;
    expect(readExportRequest(parsed(createExportCommand(), options!.split(' ')))).toEqual({
      orgId,
      projectId,
      taskId: null,
      kind: 'jsonl',
      folder: expect.stringMatching(/backup$/),
      renews: false,
    });
  });

  it('import a file, a folder and a service by options of the command', () => {
    const [, file] = /npm run import -- (.+)$/s.exec(block('import-file').text.replace(' \\\n ', ''))!;
    expect(readImportRequest(parsed(createImportCommand(), file!.trim().split(' ')))).toMatchObject({
      format: 'csv',
      path: { taskId: demoPlaces.richRun.taskId },
    });
    const [, created] = /npm run import -- (.+)$/s.exec(block('import-create').text.replace(' \\\n ', ''))!;
    expect(readImportRequest(parsed(createImportCommand(), created!.trim().split(' ')))).toMatchObject({
      format: 'csv',
      creates: true,
    });
    const [, options] = /^npm run import -- (.+)$/m.exec(block('import').text)!;
    expect(readImportRequest(parsed(createImportCommand(), options!.split(' ')))).toMatchObject({
      folder: expect.stringMatching(/backup$/),
      rejectFile: expect.stringMatching(/rejected\.jsonl$/),
    });
    const [, mirror] = /npm run import -- (.+)$/s.exec(block('mirror').text.replace(' \\\n ', ''))!;
    const request = readImportRequest(parsed(createImportCommand(), mirror!.trim().split(' ')));
    expect(request).toMatchObject({ baseUrl: 'https://tasks.example.com/api/v1', withFiles: true });
  });

  it('configure the gateway by a file', async () => {
    const path = join(folder, 'env');
    await writeFile(path, block('env-file').text);
    const { variables, faults } = readEnvFile(path);
    expect(faults).toEqual([]);
    const { port, issuers, database } = parseConfig(variables);
    expect({ port, issuers, url: database.url }).toEqual({
      port: 4001,
      issuers: [expect.objectContaining({ issuer: 'https://hydra.example.com/' })],
      url: 'postgres://user:password@host:5432/database',
    });
  });

  it('configure the gateway by flags', () => {
    const [, flags] = /^npm start -- (.+)$/m.exec(block('flags').text)!;
    const command = parsed(createStartCommand(), flags!.split(' '));
    const [, config] = readArguments(command, rejectUnexpectedArguments, inspectConfig);
    expect(config).toMatchObject({ port: 4001, limits: { bodyBytes: 2_000_000 }, logLevel: 'warn' });
  });

  it('configure issuers and a bucket as the gateway reads them', () => {
    for (const AUTH_ISSUERS of [listedIssuers(), block('add-issuers').text]) {
      expect(parseConfig({ AUTH_ISSUERS }).issuers).toMatchObject(JSON.parse(AUTH_ISSUERS));
    }
    const variables = block('s3').text.trim().split('\n');
    const { files } = parseConfig(Object.fromEntries(variables.map((line) => line.split('=', 2))));
    expect(files).toMatchObject({
      location: { kind: 's3', bucket: 'bucket', prefix: 'prefix' },
      s3: { region: 'eu-central-1' },
      delivery: 'redirect',
    });
  });

  it('get a token of Hydra as a client of deploy/compose.yaml does', () => {
    const local = block('client-token').text.replace('https://hydra.example.com', 'http://127.0.0.1:4444');
    expect(block('compose-token').text.startsWith(local)).toBe(true);
  });

  it('run the benchmark with options that it knows', () => {
    const lines = block('bench').text.trim().split('\n');
    const known = { cases, contestants: { usual: [], extra: [] } };
    for (const line of lines) {
      const [, options = ''] = /^npm run bench(?: -- ([^#]+))?/.exec(line)!;
      const given = options.split(' ').filter(Boolean);
      const parse = () => (given.includes('--scale') ? parseScaleOptions(given) : parseOptions(given, known));
      expect(parse).not.toThrow();
    }
    const comparisons = block('compare').text.trim().split('\n');
    for (const line of comparisons) {
      const [, options = ''] = /^npm run compare -- ([^#]+)/.exec(line)!;
      expect(() => parseCompareOptions(options.trim().split(/ +/))).not.toThrow();
    }
  });

  it('compare statistics with SQL by hand, and ask the questions of a large database', async () => {
    const runs = 2003;
    const lines = block('bench-statistics').text.matchAll(/node bench.* --scale(?= +#)/g);
    const commands = [...[...lines].map(([command]) => command), 'node bench/run.js --scale'].map(
      (command) => `${command.replace(/ --(runs|rounds) \d+/g, '')} --runs ${runs} --rounds 1`,
    );
    try {
      const tables = [];
      for (const command of commands)
        tables.push(await bash(`cd ${root} && ${command}`, { BENCH_DATABASE_URL: urlOf('postgres') }));
      const measured = tables.map((table) => table.match(/^\| .* \| +\d+ \|/gm)?.length);
      expect(measured).toEqual([
        statisticsCases.length,
        questions({ now: 0, revisionId: '', userId: '', contextId: '' }).length,
      ]);
    } finally {
      await onServer(`DROP DATABASE IF EXISTS taskrun_scale_${runs} WITH (FORCE)`);
    }
  });

  it('name existing scripts of package.json', () => {
    const { scripts } = JSON.parse(readText('package.json'));
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:\d-]*)/g)].map(([, name]) => ({ path, name: name! })),
    );
    expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
  });
});

describe('the example in Python', () => {
  it('walks the runs of a task of the demo', () => {
    const { orgId, projectId, taskId } = demoPlaces.richRun;
    const [, token, program, ...ids] = /^export TOKEN=\$\((.*)\)\npython3 (\S+) (\S+) (\S+) \\\n {2}(\S+)\n$/.exec(
      block('python').text,
    )!;
    expect(token).toBe('npm run --silent token -- --subject viewer');
    expect(existsSync(join(root, program!))).toBe(true);
    expect(ids).toEqual([orgId, projectId, taskId]);
  });
});

describe('the examples of clients', () => {
  it.each([
    ['client', 1],
    ['rest-client', 2],
  ] as const)('import existing files: %s', (marker, count) => {
    const imports = [...block(marker).text.matchAll(/import \{ (.+) \} from '\.\/(clients\/[\w-]+)\.js'/g)];
    expect(imports).toHaveLength(count);
    for (const [, names, file] of imports) {
      for (const name of names!.split(', ')) {
        expect(readText(`examples/${file}.ts`)).toMatch(new RegExp(`export (async )?(function\\*?|const) ${name}\\b`));
      }
    }
  });

  it('send an existing operation', () => {
    const [, operation] = /import \{ (\w+)Document \} from '\.\/generated\/graphql\.js'/.exec(block('client').text)!;
    expect(readText('examples/operations/one-run.graphql')).toContain(`query ${operation}(`);
  });

  it('name the command that makes their types for the tests', () => {
    const [, path, file] =
      /^npx openapi-typescript(?:@[\d.]+)? http:\/\/127\.0\.0\.1:4000(\S+) --output generated\/(\S+)\n$/.exec(
        block('rest-types').text,
      )!;
    const program = readText('examples/generate.js');
    expect(program).toContain(`\`\${gateway.url}${path}\``);
    expect(program).toContain(`[document, '--output', pathTo('${file}')]`);
  });
});
