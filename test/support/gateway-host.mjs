// Gateways outside of Jest, which loads every module anew for each test file: a process for each worker, told over HTTP
// what to open. Nothing of the program is replaced but the clock and the place log lines go to.

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createTestDatabase } from './template-database.mjs';

const gateways = new Map();

const calls = {
  /** A gateway on a copy of the demo data. */
  async open({ kind, environment = {}, clock = {} }) {
    const [{ pino }, { openDemoIssuer }, { createApp }, { parseConfig }] = await Promise.all([
      import('pino'),
      import('../../dist/src/access/tokens/demo-issuer.js'),
      import('../../dist/src/app.js'),
      import('../../dist/src/config.js'),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    const dataDir = join(folder, 'data');
    const isNeeded = (path) => kind === 'embedded' || basename(path) !== 'database';
    await cp(process.env.TEST_TEMPLATE_DATA_DIR, dataDir, { recursive: true, filter: isNeeded });
    const database = await createTestDatabase(kind);
    const issuer = await openDemoIssuer(dataDir);
    const config = parseConfig({
      PORT: '0',
      // Machines that run tests may be busier than any gateway should be.
      DATABASE_TIMEOUT_MS: '60000',
      REQUEST_TIMEOUT_MS: '60000',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      ...environment,
    });
    const gateway = { clock, logLines: [], issuer };
    const now = () => {
      const { at = Date.now(), breaks } = gateway.clock;
      // The clock is asked inside the resolver of downloadUrl, too: there it breaks.
      if (breaks !== undefined && new Error().stack.includes('download-url')) throw new Error(breaks);
      return at;
    };
    const log = pino({ level: 'debug' }, { write: (line) => void gateway.logLines.push(JSON.parse(line)) });
    gateway.app = await createApp(config, { log, now });
    gateway.remove = async () => {
      await gateway.app.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
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
  query: ({ url, sql, values }) => gateways.get(url).app.dataSource.query(sql, values),
  async counted({ url, metric, label }) {
    const { values } = await gateways.get(url).app.metrics[metric].get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels[label], value]));
  },
  logLines: ({ url, from }) => gateways.get(url).logLines.slice(from),
};

/** One of each kind for all files of the worker that change nothing but what is their own. */
const shared = new Map();
calls.share = async ({ kind }) => {
  if (!shared.has(kind)) shared.set(kind, calls.open({ kind }));
  const opened = await shared.get(kind);
  return { ...opened, logged: gateways.get(opened.url).logLines.length };
};

const server = createServer(async (request, response) => {
  // Kept open, it could end just when the next call is sent.
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
  await Promise.allSettled([...gateways.values()].map(({ remove }) => remove()));
  process.exit();
});
// Whoever interrupts a run interrupts all of its processes: this one ends when it has dropped its databases.
process.on('SIGINT', () => {});
