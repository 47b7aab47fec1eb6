// The audit log of two processes that share a file: on a full disk, renamed while they serve, and with clients that
// reset.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import type { AuditLine } from '../support/responses.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const hasLogrotate = spawnSync('logrotate', ['--version']).status === 0;
const path = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`;

describeOnServer('the audit log of two processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const file = join(folder, 'audit.log');
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let issuer: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
  let program: SpawnedProgram;
  let url: string;
  let authorization: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    issuer = await createDemoIssuerFolder();
    const subject = demoSubjects.viewer;
    authorization = `Bearer ${await issuer.issuer.sign({ subject, expiresInSeconds: 3600, now: Date.now() })}`;
    symlinkSync('/dev/full', file);
    program = spawnProgram(['main.js'], {
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([issuer.issuer.config]),
      DATA_DIR: issuer.dataDir,
      PROCESSES: '2',
      PORT: '0',
      AUDIT_LOG: file,
    });
    ({ url } = JSON.parse(await program.line(/"listening"/)));
  });
  afterAll(async () => {
    program.kill('SIGTERM');
    await program.ended;
    await issuer.remove();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  /** Uses a separate connection, so that both processes get requests. */
  const read = async () => {
    const response = await fetch(url + path, { headers: { authorization, connection: 'close' } });
    return { status: response.status, text: await response.text() };
  };
  const readMany = (count: number) => Promise.all(Array.from({ length: count }, read));
  const linesIn = (name: string): AuditLine[] =>
    existsSync(name)
      ? readFileSync(name, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line))
      : [];
  /** Renames the file as docs/operating.md describes, and returns once both processes write to a new one. */
  async function rotate(): Promise<void> {
    const env = { PATH: process.env.PATH!, AUDIT_LOG: file, GATEWAY_PID: `${program.pid}` };
    execFileSync('sh', ['-c', block('rotate-audit-log').text], { env });
    await eventually(async () => {
      const before = linesIn(file).length;
      expect((await readMany(20)).map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(linesIn(file).length - before).toBe(20);
    });
  }

  it('sends no payload while the disk is full, and goes on in a new file, without losing a line', async () => {
    const kept = await readMany(20);
    expect(kept.map(({ status }) => status)).toEqual(Array(20).fill(503));
    expect(kept.every(({ text }) => text.includes('AUDIT_UNAVAILABLE'))).toBe(true);
    await rotate();
    // While requests are in flight.
    const before = linesIn(file).length;
    const reads = readMany(200);
    await rotate();
    const all = await reads;
    expect(all.map(({ status }) => status)).toEqual(Array(200).fill(200));
    const lines = [...linesIn(`${file}.1`), ...linesIn(file)];
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(lines.length);
    expect(lines.length).toBeGreaterThanOrEqual(before + 200);
    expect(lines.every(({ runs }) => runs[0] === id)).toBe(true);
  });

  (hasLogrotate ? it : it.skip)(
    'goes on in a new file after the documented logrotate (where it is installed)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gateway-logrotate-'));
      const log = join(folder, 'gateway.log');
      const started = spawn('sh', ['-c', `while read line; do echo "$line"; done >> ${log}`], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const logLine = async (text: string) => {
        started.stdin.write(`${text}\n`);
        await eventually(async () => expect(readFileSync(log, 'utf8')).toContain(`${text}\n`));
      };
      await logLine('before');
      const configuration = block('logrotate')
        .text.replace('/var/log/task-run-gateway/audit.log', file)
        .replace('/var/log/task-run-gateway/gateway.log', log)
        .replace(/systemctl reload .*/, `kill -HUP ${program.pid}`);
      writeFileSync(join(folder, 'logrotate.conf'), configuration, { mode: 0o644 });
      rmSync(`${file}.1`, { force: true });
      const before = linesIn(file).length;
      execFileSync('logrotate', ['--force', '--state', join(folder, 'state'), join(folder, 'logrotate.conf')]);
      expect(linesIn(`${file}.1`)).toHaveLength(before);
      await eventually(async () => {
        const count = linesIn(file).length;
        await readMany(20);
        expect(linesIn(file).length - count).toBe(20);
      });
      await logLine('after');
      expect(readFileSync(log, 'utf8')).toBe('after\n');
      started.stdin.end();
      rmSync(folder, { recursive: true });
    },
  );

  it('writes the reads of clients that reset their connection after the first byte', async () => {
    const { hostname, port } = new URL(url);
    const requestIds = Array.from({ length: 20 }, (_, index) => `reset-${index}`);
    await Promise.all(
      requestIds.map(
        (requestId) =>
          new Promise<void>((resolve) => {
            const socket = connect(Number(port), hostname, () => {
              socket.write(
                `GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nX-Request-Id: ${requestId}\r\n\r\n`,
              );
            });
            socket.once('data', () => socket.resetAndDestroy());
            socket.once('close', () => resolve());
          }),
      ),
    );
    const ids = new Set(linesIn(file).map(({ requestId }) => requestId));
    expect(requestIds.filter((requestId) => !ids.has(requestId))).toEqual([]);
  });

  it('prints who has read a run by the command of the documents', () => {
    const { text } = block('readers-of-run');
    const printed = execFileSync('sh', ['-c', text], {
      env: { PATH: process.env.PATH!, AUDIT_LOG: file, RUN_ID: id },
      encoding: 'utf8',
    });
    const [row] = printed.split('\n');
    expect(row!.split('\t').slice(1)).toEqual(['payload_read', demoSubjects.viewer, 'rest', 'io files']);
  });
});
