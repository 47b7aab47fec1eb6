// Log lines in the format for people. All other tests read them as JSON, the default without a terminal.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { dist, type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

let folder: string;
let program: SpawnedProgram;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-log-format-'));
});
afterEach(async () => {
  program.kill('SIGKILL');
  await program.ended;
  // `script` exits before its child process, which is still writing.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

const createDataDir = async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'));
  await copyDataDir('demo-embedded', dataDir);
  return dataDir;
};

describe('log lines', () => {
  it('become readable with LOG_FORMAT=pretty, one line each, to the last one of a shutdown', async () => {
    program = spawnProgram(['main.js'], { DATA_DIR: await createDataDir(), PORT: '0', LOG_FORMAT: 'pretty' });
    const line = await program.line(/listening \{/);
    expect(line).toMatch(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening \{"url":"http:\/\/127\.0\.0\.1:\d+","version":"[\w.-]+","commit":"\w+"\}$/,
    );
    const [url] = /http:[^"]+/.exec(line)!;
    await fetch(`${url}/graphql?query=${encodeURIComponent('{viewer{subject}}')}`, { headers: { accept: '*/*' } });
    program.kill('SIGTERM');
    expect((await program.ended).code).toBe(0);
    expect(program.lines.filter((line) => / WARN: .*"reason":"MISSING_AUTHENTICATION"/.test(line))).toHaveLength(1);
    expect(program.lines.at(-1)).toMatch(/ INFO: shutting down \{"signal":"SIGTERM"\}$/);
  });

  it('become readable on a terminal, unless LOG_FORMAT is json', async () => {
    const startOnTerminal = async (environment: Record<string, string>) =>
      spawnProgram(
        // A separate terminal of a type that supports colours.
        { shell: `exec script -qec "exec '${process.execPath}' '${join(dist, 'main.js')}'" /dev/null` },
        { DATA_DIR: await createDataDir(), PORT: '0', TERM: 'xterm', ...environment },
      );
    program = await startOnTerminal({});
    expect(await program.line(/listening/)).toContain('] \u001b[32mINFO\u001b[39m: ');
    process.kill(-program.pid, 'SIGTERM');
    await program.ended;
    program = await startOnTerminal({ LOG_FORMAT: 'json' });
    expect(JSON.parse(await program.line(/listening/))).toMatchObject({ level: 30 });
    process.kill(-program.pid, 'SIGTERM');
    await program.ended;
  });

  it.each(['json', 'pretty'])(
    'become lost in the form %s where none can be written, and the gateway goes on',
    async (format) => {
      const port = await freePort();
      program = spawnProgram(
        { shell: `exec '${process.execPath}' '${join(dist, 'main.js')}' > /dev/full` },
        { DATA_DIR: await createDataDir(), PORT: String(port), LOG_FORMAT: format },
      );
      const answer = () => fetch(`http://127.0.0.1:${port}/graphql?query={__typename}`, { headers: { accept: '*/*' } });
      await eventually(async () => expect((await answer()).status).toBe(401));
      // Each of these is logged.
      for (let requests = 0; requests < 20; requests += 1) expect((await answer()).status).toBe(401);
      program.kill('SIGTERM');
      expect(await program.ended).toMatchObject({ code: 0, errors: '' });
    },
  );
});
