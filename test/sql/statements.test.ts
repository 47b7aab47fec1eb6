import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoundStatement } from '../../src/database/statements.js';
import { callHost } from '../support/call-host.js';
import type { GraphqlResponse } from '../support/graphql-client.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { formatStatement } from './format-statement.js';
import { cases, type EarlierValue, earlierValues, type StatementCase } from './requests.js';
import { arrangeWorld, callers, ids } from './world.js';

const folder = import.meta.dirname;
/** Whether the files are written instead of compared. */
const writesFiles = process.env.WRITE_FILES === '1';

let coverageFolder: string;
let host: ReturnType<typeof fork>;
let gateway: Gateway;
/** The values that requests refer to by name. */
const valueByName: Record<string, string> = { ...ids };
for (const [name, { subject }] of Object.entries(callers)) valueByName[name] = subject;
/** The statements sent before the first request. */
let atStart: readonly BoundStatement[];
const texts = new Map<string, string | Error>();

beforeAll(async () => {
  coverageFolder = await mkdtemp(join(tmpdir(), 'coverage-'));
  // A separate process that counts, from its start, which parts of the program are executed.
  host = fork(join(import.meta.dirname, '../support/gateway-host.mjs'), {
    env: { ...process.env, NODE_V8_COVERAGE: coverageFolder },
  });
  const [port] = await once(host, 'message');
  process.env.TEST_GATEWAY_HOSTS = JSON.stringify(Array(Number(process.env.JEST_WORKER_ID)).fill(port));
  gateway = await startGateway({
    arrange: arrangeWorld,
    recordsStatements: true,
    environment: { MODEL_POINTER: '/model', MAX_RESPONSE_BYTES: '4194304', SHARE_LINKS: 'usage' },
    clock: { at: Date.UTC(2024, 1, 1) },
  });
  atStart = await gateway.takeStatements();
  for (const [name, { path, ...earlier }] of Object.entries(earlierValues)) {
    const response = await send(earlier);
    valueByName[name] = path.reduce((value, member) => value[member], response);
  }
  for (const each of cases) texts.set(each.file, await textOf(each).catch((error: Error) => error));
}, 300_000);
afterAll(async () => {
  await gateway?.close();
  host?.disconnect();
  await rm(coverageFolder, { recursive: true });
});

describe.each(cases)('the statement of $file.sql', ({ file }) => {
  it('equals the text that its request causes', () => {
    const path = join(folder, `${file}.sql`);
    const text = texts.get(file)!;
    if (text instanceof Error) throw text;
    if (writesFiles) writeFileSync(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

it('every statement file has a request', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  expect(files.sort()).toEqual(cases.map(({ file }) => `${file}.sql`).sort());
});

it('the requests reach every part of the code that composes statements', async () => {
  await callHost('takeCoverage', {});
  const unreached = readdirSync(coverageFolder).flatMap((name) =>
    unreachedParts(JSON.parse(readFileSync(join(coverageFolder, name), 'utf8')).result),
  );
  expect(unreached).toEqual([]);
});

/** Sends a request with its names replaced by values. Returns the body if it succeeds. */
async function send({ as, request }: Pick<EarlierValue, 'as' | 'request'>): Promise<GraphqlResponse['data']> {
  const caller = callers[as];
  const confinement = 'confinedTo' in caller ? { taskId: valueByName[caller.confinedTo]! } : {};
  const token = await gateway.tokenFor(caller.subject, confinement);
  if (request.startsWith('{') && !request.startsWith('{link')) {
    const query = request.replace(/"(\w+)"/g, (text, name) => (name in valueByName ? `"${valueByName[name]}"` : text));
    // An analyst gets errors for payload.
    const { data, text } = await gateway.ask(query, { token });
    if (!data || Object.values(data).includes(null)) throw new Error(`${request} was answered ${text}`);
    return { data };
  }
  const path = request.replace(/\{(\w+)\}/g, (_, name) => valueByName[name]!);
  const headers: Record<string, string> = request === '{link}' ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, gateway.url), { headers });
  if (!response.ok) throw new Error(`${request} was answered ${response.status}: ${await response.text()}`);
  return response.text();
}

async function statementsOf({ as, request }: StatementCase): Promise<readonly BoundStatement[]> {
  if (request === 'task-run-gateway start') return atStart;
  await gateway.takeStatements();
  const [, project] = /^task-run-gateway export (\w+)$/.exec(request) ?? [];
  if (project === undefined) await send({ as, request });
  else await callHost('exportProject', { url: gateway.url, orgId: ids.org, projectId: ids[project] });
  return gateway.takeStatements();
}

async function textOf(item: StatementCase): Promise<string> {
  const sent = await statementsOf(item);
  const named = sent.filter(({ statement }) => statement.name === item.statement);
  const bound = named[item.position ?? 0];
  if (bound === undefined)
    throw new Error(`${item.file}: ${JSON.stringify(sent.map(({ statement }) => statement.name))}`);
  const { text } = bound.statement;
  const formatted = formatStatement(text);
  if (withoutSpaces(formatted) !== withoutSpaces(text)) throw new Error(`${formatted}\nis not\n${text}`);
  return [...headerOf(item, bound), formatted, ''].join('\n');
}

const withoutSpaces = (text: string) => text.replace(/\s+/g, '');

function headerOf(
  { heading, notes = [], as, request, statement, timed = [] }: StatementCase,
  { values }: BoundStatement,
): string[] {
  const lines = request.split('\n').map((line) => line.replace(/^ {4}/, ''));
  return [
    `-- ${heading}`,
    ...notes.map((note) => `-- ${note}`),
    '--',
    `-- Statement \`${statement}\`, sent for ${callers[as].is}:`,
    ...lines.map((line) => `--   ${line}`),
    ...values.map((value, index) => {
      const text = timed.includes(index + 1) ? '(depends on time)' : namesIn(JSON.stringify(value));
      return `-- $${index + 1} ${text}`;
    }),
    '',
  ];
}

/** Replaces values that differ between test runs with their names. */
function namesIn(text: string): string {
  const named = Object.entries(valueByName).reduce((all, [name, value]) => all.replaceAll(value, name), text);
  return named
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '(id)')
    .replace(/"\d{3,}"/g, '"(transaction)"')
    .replace(/^(.{200}).+$/, '$1 …');
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
  }[];
}

const composers =
  /dist\/src\/task-runs\/(\w|-|\/)*(-statement|statement|projection|projection-parts|page-query|page-layout|bounded-range|own-runs|visible-runs|roles-in-sql|requested-scopes|change-scan|partials|grouping-tables|dimensions|buckets|indexed-values|previews|json-pointer)\.js$/;

/** The functions in these files that do not compose SQL: they read results, or name statements that may be shared. */
const reading = /^(readByBatchKey|enforceByteBudget|batchKeyOf\w*)$/;

/** Returns the parts of composers that were not executed, except the errors that they throw. */
function unreachedParts(scripts: readonly ScriptCoverage[]): string[] {
  return scripts
    .filter(({ url }) => composers.test(url))
    .flatMap(({ url, functions }) => {
      const text = readFileSync(new URL(url), 'utf8');
      const readers = functions
        .filter(({ functionName }) => reading.test(functionName))
        .map(({ ranges }) => ranges[0]!);
      const isReading = (at: number) =>
        readers.some(({ startOffset, endOffset }) => startOffset <= at && at < endOffset);
      return functions.flatMap(({ functionName, ranges }) =>
        ranges
          .filter(({ count, startOffset }) => count === 0 && !isReading(startOffset))
          .map(({ startOffset, endOffset }) => text.slice(startOffset, endOffset).trim())
          .filter((part) => !/^\{?\s*throw /.test(part) && part !== '' && part !== '}')
          .map((part) => `${url.replace(/.*task-runs/, 'task-runs')} ${functionName}: ${part.slice(0, 160)}`),
      );
    });
}
