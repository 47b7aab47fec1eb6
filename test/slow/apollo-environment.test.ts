// Apollo Server reads its own variables from the environment. None of them may make the gateway send reports to anyone.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Gateway } from '../../src/app/gateway.js';
import { parseConfig } from '../../src/config/config.js';
import { createGraphqlClient } from '../support/graphql-client.js';
import { copyDataDir } from '../support/template-database.mjs';

const variables = { APOLLO_KEY: 'service:runs:secret', APOLLO_SCHEMA_REPORTING: 'true' };

describe('an environment that holds APOLLO_KEY', () => {
  const { fetch } = globalThis;
  beforeEach(() => {
    Object.assign(process.env, variables);
  });
  afterEach(() => {
    for (const name of [...Object.keys(variables), 'APOLLO_GRAPH_REF']) delete process.env[name];
    globalThis.fetch = fetch;
  });

  it.each([{}, { APOLLO_GRAPH_REF: 'runs@current' }])('enables no reporting (with %j)', async (more) => {
    Object.assign(process.env, more);
    const asked: string[] = [];
    globalThis.fetch = (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).host);
      return fetch(input, init);
    };
    // Runs in this process, so that the test's environment and fetch apply.
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-apollo-'));
    await copyDataDir('demo-embedded', dataDir);
    const logLines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line) => void logLines.push(line) });
    const app = await Gateway.open(parseConfig({ PORT: '0', DATA_DIR: dataDir }), { log, now: Date.now });
    const url = await app.listen();
    const client = createGraphqlClient(url, (subject) =>
      app.demoIssuer!.sign({ subject, expiresInSeconds: 60, now: Date.now() }),
    );
    await client.dataOf('{ viewer { subject } }', { as: 'somebody' });
    // Reports would have been sent by now.
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
    expect([...new Set(asked)]).toEqual([new URL(url).host]);
    expect(logLines.join()).not.toMatch(/apollo/i);
  });
});
