// Follows docs/first-run.md to the letter, starting with an empty PostgreSQL. Only the ports, the database URL and the
// data folder are the test's own, and `npm ci` has already been run. Python is Debian's, with Debian's packages.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block, readText } from '../docs/documents.js';
import { describeOnServer } from '../support/databases.js';
import { freePort } from '../support/free-port.js';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { openShell, type Shell } from './shell.js';

describeOnServer('docs/first-run.md', () => {
  let folder: string;
  let database: OwnDatabase;
  let ports: { gateway: number; issuer: number; demoGateway: number };
  let forGateway: Shell;
  let forClient: Shell;
  const shells: Shell[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-first-run-'));
    database = await createEmptyDatabase();
    ports = { gateway: await freePort(), issuer: await freePort(), demoGateway: await freePort() };
    forGateway = open({ PORT: `${ports.gateway}` });
    forClient = open();
  });
  afterAll(async () => {
    for (const shell of shells) await shell.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  function open(more: Record<string, string> = {}): Shell {
    const { PATH = '', HOME = '' } = process.env;
    const DATA_DIR = join(folder, 'data');
    const shell = openShell({
      PATH,
      HOME,
      DATA_DIR,
      ISSUER_PORT: `${ports.issuer}`,
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    });
    shells.push(shell);
    return shell;
  }
  const adapted = (text: string, port = ports.gateway) =>
    text
      .replace('postgres://user:password@host:5432/database', database.url)
      .replaceAll('127.0.0.1:4000', `127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:4444', `127.0.0.1:${ports.issuer}`)
      .replace(/^npm ci\n/m, '');
  const commands = (marker: string) => adapted(block(marker).text);
  const exported = (marker: string) =>
    commands(marker)
      .match(/^export .*$/gm)!
      .join('\n');

  /** Sends a documented query as GraphiQL does, with the printed token. */
  async function sendQuery(port = ports.gateway, marker = 'first-query') {
    const token = (await forClient.run(commands('print-token'))).trim();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: block(marker).text });
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return response.json();
  }
  const expected = JSON.parse(block('first-response').text);

  it('makes the tables and a run', async () => {
    expect(await forGateway.run(commands('first-tables'))).toContain('The schema is up to date.');
    expect(await forGateway.run(commands('first-insert'))).toBe('INSERT 0 1\n'.repeat(4));
  });

  it('starts an issuer, and the gateway that trusts it', async () => {
    await forGateway.runUntil(commands('first-issuer'), /The issuer is ready/);
    await forGateway.runUntil(commands('first-gateway'), /"listening"/);
  });

  it('gets a token, which shows nothing before a role is granted', async () => {
    await forClient.run(`${exported('first-tables')}\n${commands('first-token')}`);
    expect(await sendQuery()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await forClient.run(commands('first-grant'))).toContain(block('first-grant-output').text);
  });

  it('shows the run in GraphiQL, over REST and in Python', async () => {
    expect(await sendQuery()).toEqual(expected);
    expect(await sendQuery(ports.gateway, 'first-viewer')).toEqual(JSON.parse(block('first-viewer-response').text));
    const { created, response, total_tokens, charged_credits, run_data } = JSON.parse(
      await forClient.run(commands('first-rest')),
    );
    const run = {
      created,
      submitted: run_data.submitted,
      response,
      totalTokens: total_tokens,
      chargedCredits: charged_credits,
    };
    expect({ data: { taskRun: run } }).toEqual(expected);
    await forClient.run(`export GATEWAY_URL=http://127.0.0.1:${ports.gateway}`);
    // Debian's packages are installed, so pip has nothing to fetch.
    const packages = commands('first-python-packages')
      .replaceAll('.data/python', join(folder, 'python'))
      .replace('python3 -m venv', '/usr/bin/python3 -m venv --system-site-packages')
      .replace('pip install', 'pip install --no-deps');
    expect(await forClient.run(packages)).toContain('Requirement already satisfied: gql<4');
    expect(await forClient.run(commands('first-python'))).toBe(block('first-python-output').text);
  });

  it('shows nothing once the role is revoked', async () => {
    const revoke = commands('first-grant').replace('npm run grant', 'npm run revoke').replace('--role viewer ', '');
    expect(await forClient.run(revoke)).toContain('Revoked viewer on task My task');
    expect(await sendQuery()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    await forClient.run(commands('first-grant'));
  });

  it('gets a token of the demo issuer only with DEMO=on, which the gateway requires, too', async () => {
    await forClient.run(exported('first-gateway'));
    await expect(
      open().run(`${exported('first-tables')}\n${exported('first-gateway')}\nnpm run token -- --subject x`),
    ).rejects.toThrow(/rejects tokens of the demo issuer.*Set DEMO=on/);
    await forClient.run(commands('first-demo-token'));
    expect(await sendQuery()).toMatchObject({ errors: [{ extensions: { reason: 'INVALID_TOKEN' } }] });
    const demo = open({ PORT: `${ports.demoGateway}`, DEMO: 'on' });
    await demo.run(exported('first-tables'));
    await demo.runUntil(adapted(block('first-gateway').text), /npm run grant -- --user NAME/);
    expect(await sendQuery(ports.demoGateway)).toEqual(expected);
  });

  it('names the packages that CI installs', () => {
    const [, packages] = /^apt-get install (.+)$/m.exec(block('first-debian-packages').text)!;
    expect(readText('.ci/run')).toContain(`apt-get install -y -qq ${packages}`);
  });
});
