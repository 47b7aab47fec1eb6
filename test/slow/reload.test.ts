// Issuers that are withdrawn from a gateway while their callers use it, with SIGHUP or by changing their file, and
// trusted documents that are replaced.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { eventsOf, nextEvent } from '../support/event-stream-client.js';
import type { GraphqlBody } from '../support/responses.js';
import { dist, type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';
import { createTestKey, signToken } from '../support/token-forge.js';
import { accessClaims } from '../support/verifier-harness.js';
import { openWebSocket } from '../support/websocket-client.js';

const key = createTestKey('key-1');
const [kept, withdrawn] = ['https://kept.example/', 'https://withdrawn.example/'];
const now = Math.floor(Date.now() / 1000);
const tokenOf = (iss: string) =>
  signToken(key, accessClaims({ iss, sub: demoSubjects.viewer, iat: now, nbf: now, exp: now + 3600 }));

/** The first of these takes twenty seconds. */
const timeoutMs = 180_000;

let folder: string;
let program: SpawnedProgram;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-reload-'));
  await copyDataDir('demo-embedded', join(folder, 'data'));
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [key.jwk] }));
  await trust(kept, withdrawn);
});
afterEach(async () => {
  program.kill('SIGKILL');
  await program.ended;
  await rm(folder, { recursive: true, force: true });
});

const listOf = (...issuers: string[]) =>
  JSON.stringify(issuers.map((issuer) => ({ issuer, jwks: pathToFileURL(join(folder, 'keys.json')).href })));
const trust = (...issuers: string[]) => writeFile(join(folder, 'issuers.json'), listOf(...issuers));

async function start(how: Parameters<typeof spawnProgram>[0]): Promise<string> {
  program = spawnProgram(how, { DATA_DIR: join(folder, 'data'), PORT: '0' });
  return (JSON.parse(await program.line(/"listening"/)) as { url: string }).url;
}

const ask = (url: string, iss: string) =>
  fetch(`${url}/api/v1/whoami`, { headers: { authorization: `Bearer ${tokenOf(iss)}` } });

describe('a withdrawn issuer', () => {
  it(
    'loses its tokens, streams and WebSockets, and other issuers keep theirs',
    async () => {
      const url = await start(['main.js', '--auth-issuers-file', join(folder, 'issuers.json')]);
      const { orgId, projectId, taskId } = demoPlaces.richRun;
      const changesOf = async (iss: string) =>
        eventsOf(
          await fetch(`${url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/changes`, {
            headers: { accept: 'text/event-stream', authorization: `Bearer ${tokenOf(iss)}` },
          }),
        );
      const connectionOf = async (iss: string) => {
        const client = await openWebSocket({ url });
        client.send({ type: 'connection_init', payload: { authorization: `Bearer ${tokenOf(iss)}` } });
        await client.next(({ type }) => type === 'connection_ack');
        return client;
      };
      const asks = { type: 'subscribe', id: 'a', payload: { query: '{ viewer { issuer } }' } };
      const streams = await Promise.all([kept, withdrawn].map(changesOf));
      const [idle, ended, asking] = await Promise.all([kept, withdrawn, withdrawn].map(connectionOf));
      expect(await Promise.all(streams.map(async (stream) => (await nextEvent(stream)).event))).toEqual([
        'heartbeat',
        'heartbeat',
      ]);

      await trust(kept);
      expect(JSON.parse(await program.line(/"issuers reloaded"/))).toMatchObject({ level: 30, removed: [withdrawn] });
      expect((await ask(url, withdrawn)).status).toBe(401);
      expect((await ask(url, kept)).status).toBe(200);
      asking!.send(asks);
      expect((await asking!.closed).code).toBe(4401);
      // These are checked at intervals.
      const [heartbeat, end] = await Promise.all(streams.map(nextEvent));
      expect([heartbeat!.event, end!.event, JSON.parse(end!.data).detail.reason]).toEqual([
        'heartbeat',
        'error',
        'INVALID_TOKEN',
      ]);
      expect(await ended!.closed).toEqual({ code: 4401, reason: 'Issuer no longer trusted' });
      idle!.send(asks);
      expect((await idle!.next(({ type }) => type === 'next')).payload.data).toEqual({ viewer: { issuer: kept } });
      await Promise.all(streams.map((stream) => stream.return(undefined)));
    },
    timeoutMs,
  );

  it(
    'disappears by SIGHUP and the .env file, unless anything in it is wrong',
    async () => {
      const variable = (...issuers: string[]) =>
        writeFile(join(folder, '.env'), `AUTH_ISSUERS='${listOf(...issuers)}'\n`);
      await variable(kept, withdrawn);
      // In a shell, like npm.
      const main = `'${process.execPath}' '${join(dist, 'main.js')}' start --end-with-parent`;
      const url = await start({ shell: `cd '${folder}'; ${main} & echo "pid $!"; wait` });
      const pid = Number((await program.line(/^pid /)).slice(4));

      await writeFile(join(folder, '.env'), 'AUTH_ISSUERS=hunter2\nDEMO=yes\n');
      process.kill(pid, 'SIGHUP');
      await program.line(/AUTH_ISSUERS is not JSON/);
      await program.line(/DEMO must be on/);
      expect((await ask(url, withdrawn)).status).toBe(200);

      await variable(kept);
      process.kill(pid, 'SIGHUP');
      expect(JSON.parse(await program.line(/"issuers reloaded"/))).toMatchObject({ removed: [withdrawn] });
      expect((await ask(url, withdrawn)).status).toBe(401);
      expect(program.lines.join('\n')).not.toContain('hunter2');
      process.kill(pid, 'SIGTERM');
      expect((await program.ended).code).toBe(0);
    },
    timeoutMs,
  );

  const posixOnly = process.platform === 'win32' ? it.skip : it;
  posixOnly(
    'keeps its tokens when SIGHUP means a closed terminal: the gateway ends',
    async () => {
      const log = join(folder, 'log');
      const main = `'${process.execPath}' '${join(dist, 'main.js')}' > log 2> errors`;
      program = spawnProgram(
        { shell: `cd '${folder}'; exec script -qec 'echo $$ > pid; exec ${main.replaceAll("'", '"')}' /dev/null` },
        { DATA_DIR: join(folder, 'data'), AUTH_ISSUERS_FILE: join(folder, 'issuers.json'), PORT: '0' },
      );
      const logged = async (pattern: RegExp) => {
        while (!pattern.test(await readFile(log, 'utf8').catch(() => ''))) await sleep(50);
      };
      await logged(/"listening"/);
      program.kill('SIGKILL');
      await logged(/"the terminal was closed".*"shutting down"/);
      const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
      const isAlive = () => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      while (isAlive()) await sleep(50);
      // Node.js aborts if it cannot restore the terminal.
      expect(await readFile(join(folder, 'errors'), 'utf8')).toBe('');
    },
    timeoutMs,
  );
});

describe('a replaced list of trusted documents', () => {
  it(
    'reaches the gateway that reads it, unless anything in it is wrong',
    async () => {
      const file = join(folder, 'documents.json');
      const write = (documents: Record<string, string>) => writeFile(file, JSON.stringify(documents));
      await write({ first: '{ viewer { issuer } }' });
      const url = await start([
        'main.js',
        ...['--auth-issuers-file', join(folder, 'issuers.json')],
        ...['--trusted-documents', file, '--trusted-documents-mode', 'require'],
      ]);
      const send = async (documentId: string) => {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(kept)}` },
          body: JSON.stringify({ documentId }),
        });
        const { data, errors } = (await response.json()) as GraphqlBody;
        return data ?? errors[0].extensions.code;
      };
      expect(await send('first')).toEqual({ viewer: { issuer: kept } });

      await write({ second: '{ viewer { nothing } }' });
      await program.line(/Cannot query field/);
      expect(await send('first')).toEqual({ viewer: { issuer: kept } });

      await write({ second: '{ viewer { subject } }' });
      await program.line(/"trusted documents reloaded"/);
      expect(await send('second')).toEqual({ viewer: { subject: demoSubjects.viewer } });
      expect(await send('first')).toBe('PERSISTED_QUERY_NOT_IN_LIST');
    },
    timeoutMs,
  );
});
