// Gateways and databases outside of Jest, which evaluates all modules again for each test file: one process per worker,
// which is controlled over HTTP. Only the clock and the destination of log lines are replaced in the program.

import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createServer, request as sendRequest } from 'node:http';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import v8 from 'node:v8';
import { copyDataDir, createTestDatabase } from './template-database.mjs';

const onServer = Boolean(process.env.TEST_DATABASE_URL);
const gateways = new Map();
const databases = new Map();
/** The routes of each HTTP server, as methods and paths. */
const routesByServer = new Map();
subscribe('fastify.initialization', ({ fastify }) => {
  const routes = [];
  routesByServer.set(fastify.server, routes);
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, url });
  });
  fastify.addHook('onClose', () => routesByServer.delete(fastify.server));
});

/**
 * Removes what closed gateways leave behind, one after the other. Only the end of this process waits for it, because
 * dropping a database writes a checkpoint.
 */
let removals = Promise.resolve();
function removeLater(remove) {
  removals = removals.then(remove);
}
let isEnding = false;
/** A database with the demo data that is created while the worker loads its next test file. */
let spare;
async function takeDemoDatabase() {
  const taken = spare ?? createTestDatabase('demo');
  spare = undefined;
  return taken;
}

const calls = {
  /** Opens a gateway with a copy of the demo data. */
  async open({ environment = {}, clock = {}, heartbeatMs, maxScannedRuns, recordsStatements = false }) {
    const [{ pino }, { openDemoIssuer }, { Gateway }, { parseConfig }] = await Promise.all([
      import('pino'),
      import('../../dist/src/access/tokens/demo-issuer.js'),
      import('../../dist/src/app/gateway.js'),
      import('../../dist/src/config/config.js'),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    const dataDir = join(folder, 'data');
    const needsServer = onServer && environment.DATABASE_URL === undefined;
    const [database] = await Promise.all([
      needsServer ? takeDemoDatabase() : undefined,
      copyDataDir(onServer ? 'demo' : 'demo-embedded', dataDir),
    ]);
    const issuer = await openDemoIssuer(dataDir);
    const config = parseConfig({
      PORT: '0',
      // Machines that run tests may be busier than any gateway should be.
      DATABASE_TIMEOUT_MS: '60000',
      REQUEST_TIMEOUT_MS: '60000',
      DATA_DIR: dataDir,
      DATABASE_URL: database?.url,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      ...environment,
    });
    const gateway = { clock, logLines: [], issuer, users: 0, statements: [] };
    const now = () => {
      const { at = Date.now(), breaks } = gateway.clock;
      // The resolver of downloadUrl also reads the clock, so this makes it fail.
      if (breaks !== undefined && new Error().stack.includes('download-url')) throw new Error(breaks);
      return at;
    };
    const log = pino({ level: 'debug' }, { write: (line) => void gateway.logLines.push(JSON.parse(line)) });
    const record = (runner) => ({
      run(statement, values, signal) {
        gateway.statements.push({ statement, values });
        return runner.run(statement, values, signal);
      },
    });
    const wrapStatements = (runner) => {
      gateway.runner = recordsStatements ? record(runner) : runner;
      return gateway.runner;
    };
    gateway.app = await Gateway.open(config, { log, now, heartbeatMs, maxScannedRuns, wrapStatements });
    gateway.remove = async () => {
      await gateway.app.close();
      removeLater(async () => {
        await database?.drop();
        await rm(folder, { recursive: true, force: true });
        if (needsServer && !isEnding) spare ??= createTestDatabase('demo');
        await spare;
      });
    };
    const url = await gateway.app.listen();
    gateways.set(url, gateway);
    return { url, dataDir, issuer: issuer.config };
  },
  async close({ url }) {
    const { remove } = gateways.get(url);
    gateways.delete(url);
    await remove();
  },
  setClock: ({ url, clock }) => {
    gateways.get(url).clock = clock;
  },
  sign: ({ url, token }) => {
    const { issuer, clock } = gateways.get(url);
    return issuer.sign({ now: clock.at ?? Date.now(), ...token });
  },
  /** Returns the assets and files of runs that this process has open, and its connections on a gateway's port. */
  async descriptors({ url }) {
    const names = await readdir('/proc/self/fd');
    const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
    const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
    const rows = (await readFile('/proc/self/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/));
    const isListening = (state) => state === '0A';
    const own = rows.filter(([, local = '', , state]) => local.endsWith(`:${port}`) && !isListening(state));
    return {
      files: links.filter((link) => /\/dist\/pages\/|\/data\/files\//.test(link)).length,
      connections: own.filter((row) => links.includes(`socket:[${row[9]}]`)).length,
    };
  },
  routes({ url }) {
    const { port } = new URL(url);
    const isOfGateway = ([server]) => server.address()?.port === Number(port);
    return [...routesByServer].find(isOfGateway)[1];
  },
  /**
   * Sends each request and, if it succeeds, sends it again. Returns the responses with the functions that were called.
   */
  async calledTwice({ url, requests }) {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    // Each call clears the counts, so calling it before each request would only waste time.
    await session.post('Profiler.takePreciseCoverage');
    const results = [];
    for (const request of requests) {
      const first = await called(session, url, request);
      results.push({ first, second: first.status < 400 ? await called(session, url, request) : null });
    }
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
    return results;
  },
  query: ({ url, sql, values }) => gateways.get(url).app.dataSource.query(sql, values),
  async counted({ url, metric, label }) {
    const { values } = await gateways.get(url).app.metrics[metric].get();
    const counts = {};
    // Some series start at 0.
    for (const { labels, value } of values.filter((item) => item.value > 0))
      counts[labels[label]] = (counts[labels[label]] ?? 0) + value;
    return counts;
  },
  /** Returns the statements that were sent since the last call, with their SQL and values. */
  takeStatements: ({ url }) => gateways.get(url).statements.splice(0),
  /** Reads the same data of a project as the `export` command. */
  async exportProject({ url, orgId, projectId }) {
    const [{ createOperatorExport }, { exportGroups, exportSelection }] = await Promise.all([
      import('../../dist/src/task-runs/export/operator-export.js'),
      import('../../dist/src/export/export-columns.js'),
    ]);
    const source = createOperatorExport(gateways.get(url).runner, {
      path: { orgId, projectId, taskId: null },
      selection: exportSelection(exportGroups, null),
      cursorKey: Buffer.alloc(32),
      timeoutMs: 60_000,
    });
    await source.readCatalogue();
    const slice = { watermark: await source.watermark(), from: null, limit: Number.POSITIVE_INFINITY };
    for await (const _page of source.pages(slice, new AbortController().signal));
  },
  /** Writes this process's coverage if NODE_V8_COVERAGE is set to a folder. */
  takeCoverage: () => v8.takeCoverage(),
  logLines: ({ url, from }) => gateways.get(url).logLines.slice(from),

  /** Creates a database from a template. It is embedded if no server is configured. */
  async createDatabase({ template }) {
    const database = onServer ? await createTestDatabase(template) : await createEmbedded(template);
    databases.set(database.url, database.drop);
    return { url: database.url };
  },
  async dropDatabase({ url }) {
    const drop = databases.get(url);
    databases.delete(url);
    await drop();
  },
};

/**
 * Sends a request to a gateway in this process. Counts the calls of functions in the program and its packages since the
 * counts were last read.
 */
async function called(session, url, { method, path, headers }) {
  const { stringify } = JSON;
  let jsonCharacters = 0;
  JSON.stringify = (...given) => {
    const text = stringify(...given);
    jsonCharacters = Math.max(jsonCharacters, text?.length ?? 0);
    return text;
  };
  const response = await new Promise((resolve, reject) =>
    sendRequest(url + path, { method, headers, agent: false }, resolve)
      .on('error', reject)
      .end(),
  );
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  JSON.stringify = stringify;
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const functions = {};
  for (const { url: file, functions: fileFunctions } of result) {
    const [, name] =
      /^file:.*\/((?:dist\/src|node_modules)\/.*)$/.exec(decodeURIComponent(file)) ??
      /\/(node_modules\/.*)$/.exec(file) ??
      [];
    if (name === undefined) continue;
    for (const { functionName, isBlockCoverage, ranges } of fileFunctions) {
      const { count } = ranges[0];
      if (count > 0 && !isBlockCoverage)
        functions[`${name}#${functionName}`] = (functions[`${name}#${functionName}`] ?? 0) + count;
    }
  }
  const { etag, 'content-encoding': encoding } = response.headers;
  return { status: response.statusCode, etag, encoding, bytes, jsonCharacters, functions };
}

async function createEmbedded(template) {
  const { openEmbeddedDatabase } = await import('../../dist/src/database/embedded/embedded-database.js');
  const folder = await mkdtemp(join(tmpdir(), 'gateway-database-'));
  if (template !== 'empty') await copyDataDir(`${template}-embedded`, folder);
  const database = await openEmbeddedDatabase({ directory: join(folder, 'database'), prepare: async () => {} });
  return {
    url: database.url,
    async drop() {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Gateways by environment, for all files of the worker that change only their own rows. */
const shared = new Map();
/** The number of unused gateways with other than the default environment that stay open. */
const maxIdle = 2;
const defaultKey = JSON.stringify([[], undefined, undefined]);

calls.share = async ({ environment = {}, heartbeatMs, maxScannedRuns }) => {
  const key = JSON.stringify([Object.entries(environment).sort(), heartbeatMs, maxScannedRuns]);
  const opening = shared.get(key) ?? calls.open({ environment, heartbeatMs, maxScannedRuns });
  // Moves it to the end of the order of use.
  shared.delete(key);
  shared.set(key, opening);
  const opened = await opening;
  const gateway = gateways.get(opened.url);
  gateway.users += 1;
  return { ...opened, logged: gateway.logLines.length };
};
calls.unshare = async ({ url }) => {
  const gateway = gateways.get(url);
  gateway.users -= 1;
  gateway.clock = {};
  const idle = [];
  for (const [key, opening] of shared) {
    const opened = await opening;
    if (gateways.get(opened.url).users === 0 && key !== defaultKey) idle.push([key, opened.url]);
  }
  for (const [key, idleUrl] of idle.slice(0, -maxIdle)) {
    shared.delete(key);
    await calls.close({ url: idleUrl });
  }
};

const server = createServer(async (request, response) => {
  // A kept-alive connection could close just when the next call is sent.
  response.setHeader('connection', 'close');
  try {
    const [name, argument] = await json(request);
    response.end(JSON.stringify({ result: (await calls[name](argument)) ?? null }));
  } catch (error) {
    response.end(JSON.stringify({ error: error.stack }));
  }
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', async () => {
  isEnding = true;
  await Promise.allSettled([...gateways.values()].map(({ remove }) => remove()));
  await Promise.allSettled([...databases.values()].map((drop) => drop()));
  await removals;
  await (await spare)?.drop();
  process.exit();
});
// An interrupt reaches all processes of a run. This one exits after dropping its databases.
process.on('SIGINT', () => {});
