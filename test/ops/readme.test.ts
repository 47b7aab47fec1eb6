// Every command of the README is run here as it stands, but for the port, the folder and the database, which are the
// test's own, and but for `npm ci` and `npm test`, which CI runs before and around this.

import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onServer, urlOf } from '../support/template-database.mjs';

const readme = readFileSync('README.md', 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text!);
const [run, test, query, restRequest, prepareDatabase, startWithIssuers, ...others] = blocks('sh');

let folder: string;
let environment: Record<string, string>;
const started: (() => Promise<void>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-readme-'));
  environment = { PATH: process.env.PATH!, HOME: process.env.HOME!, DATA_DIR: join(folder, 'data'), PORT: '0' };
});
afterAll(async () => {
  for (const stop of started) await stop();
  await rm(folder, { recursive: true, force: true });
});

const bash = async (script: string, more: Record<string, string> = {}) =>
  (await promisify(execFile)('bash', ['-euc', script], { env: { ...environment, ...more } })).stdout;

/** Starts a server by a script; resolves with its URL and what it printed once it listens. */
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

describe("the README's commands", () => {
  it('are these and no others', () => {
    expect(run).toBe('npm ci && npm start\n');
    expect(test).toBe('npm ci && npm test\n');
    expect(others).toEqual([]);
    const ci = readFileSync('.ci/run', 'utf8');
    expect(ci).toMatch(/^npm ci$/m);
    expect(ci).toMatch(/^npm run check$/m);
  });

  it('start the gateway, which prints a query that answers, and answer the requests shown with the answers shown', async () => {
    const { url, output } = await start(run!.replace('npm ci && ', ''));
    const answer = JSON.parse(await bash(query!.replaceAll('http://127.0.0.1:4000', url)));
    expect(answer).toEqual(JSON.parse(blocks('json')[0]!));
    const token = query!.slice(0, query!.indexOf('curl'));
    const rest = JSON.parse(await bash((token + restRequest).replaceAll('http://127.0.0.1:4000', url)));
    expect(rest).toEqual(JSON.parse(blocks('json')[1]!));

    for (let waited = 0; !/stranger: /.test(output()) && waited < 50; waited += 1) {
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
  }, 120_000);

  if (process.env.TEST_DATABASE_URL) {
    it('prepare a real PostgreSQL and start on it with the issuers named', async () => {
      const name = `gateway_readme_${process.pid}`;
      await onServer(`CREATE DATABASE ${name}`);
      started.push(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
      const more = { DATABASE_URL: urlOf(name) };
      expect(await bash(prepareDatabase!, more)).toMatch(/10,?000/);
      const { url } = await start(startWithIssuers!, more);
      const ready = await fetch(`${url}/health/ready`);
      expect(ready.status).toBe(200);
      const { status } = await fetch(`${url}/graphql`, { method: 'POST' });
      expect(status).toBe(401);
    });
  }
});

describe("the README's tables", () => {
  it('name every variable that the configuration reads, and no other', () => {
    const config = readFileSync('src/config.ts', 'utf8');
    const read = new Set(
      [...config.matchAll(/(?:environment\.|read(?:<\w+>)?\(\s*')([A-Z][A-Z_\d]+)/g)].map(([, name]) => name),
    );
    const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## Errors'));
    const named = new Set([...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) => cell!.match(/[A-Z_\d]+/g)!));
    expect([...read].sort()).toEqual([...named].sort());
  });

  it('name every code and reason of the catalogue', async () => {
    const { catalogue } = await import('../../src/errors/catalogue.js');
    const table = readme.slice(readme.indexOf('## Errors'), readme.indexOf('## How it works'));
    for (const [reason, { code, status }] of Object.entries(catalogue)) {
      expect(table).toContain(`\`${reason}\``);
      expect(table).toContain(`\`${code}\``);
      expect(table).toContain(String(status));
    }
  });

  it('name every script of package.json', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const script of Object.keys(scripts).filter((name) => !name.startsWith('pre'))) {
      expect(readme).toMatch(new RegExp(`npm (run (--silent )?)?${script}\\b`));
    }
  });
});
