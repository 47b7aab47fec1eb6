import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { AuditLog, type WriteBytes } from '../../../src/audit/audit-log.js';
import { isWriting } from '../../../src/telemetry/writes-under-way.js';

const folder = mkdtempSync(join(tmpdir(), 'audit-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

/**
 * Opens a file in memory. Each entry of `capacities` is the maximum number of bytes for one write, where 0 makes it
 * fail. Later writes have no limit.
 */
async function openInMemory(capacities: number[] = []) {
  const written: Buffer[] = [];
  const writes: number[] = [];
  const events: string[] = [];
  const write: WriteBytes = async (_fd, bytes, offset) => {
    await new Promise(setImmediate);
    const capacity = capacities.shift() ?? Number.POSITIVE_INFINITY;
    if (capacity === 0) throw full;
    const part = bytes.subarray(offset, Math.min(bytes.length, offset + capacity));
    written.push(part);
    writes.push(part.length);
    return part.length;
  };
  const log = {
    error: (_fields: object, text: string) => events.push(text),
    info: (text: string) => events.push(text),
  };
  const failures = { count: 0 };
  const audit = await AuditLog.open({
    target: 'stdout',
    log: log as never,
    onFailure: () => {
      failures.count += 1;
    },
    write,
  });
  const text = () => Buffer.concat(written).toString();
  return { audit, text, writes, events, failures };
}

const numbersIn = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).n);

describe('the audit log', () => {
  it('shares a write between the lines that wait while another one is in flight, in their order', async () => {
    const { audit, text, writes } = await openInMemory();
    await Promise.all(Array.from({ length: 50 }, (_, n) => audit.append({ n })));
    expect(numbersIn(text())).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(writes.length).toBeLessThanOrEqual(2);
  });

  it('continues a write that the system took in part', async () => {
    const { audit, text } = await openInMemory([3, 1, 2]);
    await audit.append({ n: 1, text: 'é' });
    expect(text()).toBe('{"n":1,"text":"é"}\n');
  });

  it('rejects the lines that were not written whole, and keeps the next one apart from the rest', async () => {
    const { audit, text, events, failures } = await openInMemory([8, 20, 0]);
    const first = audit.append({ n: 0 });
    const lines = [1, 2, 3].map((n) => audit.append({ n }));
    await first;
    const settled = await Promise.allSettled(lines);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(settled[2]).toMatchObject({ reason: { extensions: { reason: 'AUDIT_UNAVAILABLE', status: 503 } } });
    expect(audit.isFailing).toBe(true);
    await audit.append({ n: 4 });
    expect(text()).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n"\n{"n":4}\n');
    expect(audit.isFailing).toBe(false);
    expect(events).toEqual(['writing the audit log failed', 'the audit log can be written again']);
    expect(failures.count).toBe(1);
  });

  it('logs a failure once, counts each, and tries again with each line', async () => {
    const { audit, text, events, failures } = await openInMemory([0, 0]);
    await expect(audit.append({ n: 1 })).rejects.toMatchObject({ extensions: { reason: 'AUDIT_UNAVAILABLE' } });
    await expect(audit.append({ n: 2 })).rejects.toMatchObject({ extensions: { reason: 'AUDIT_UNAVAILABLE' } });
    await audit.append({ n: 3 });
    expect(text()).toBe('{"n":3}\n');
    expect([events.length, failures.count]).toEqual([2, 2]);
  });

  it('waits for the reader of a full pipe', async () => {
    let isFull = true;
    const written: string[] = [];
    const audit = await AuditLog.open({
      target: 'stdout',
      log: {} as never,
      onFailure: () => {},
      async write(_fd, bytes, offset) {
        if (isFull) {
          isFull = false;
          throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
        }
        written.push(bytes.toString('utf8', offset));
        return bytes.length - offset;
      },
    });
    await audit.append({ n: 1 });
    expect(written).toEqual(['{"n":1}\n']);
  });

  it('is closed although its last write never ends, and shows that it is under way', async () => {
    let endWrite = () => {};
    const audit = await AuditLog.open({
      target: join(folder, 'blocked.log'),
      log: { error() {}, info() {} } as never,
      onFailure: () => {},
      write: (_fd, bytes) =>
        new Promise((resolve) => {
          endWrite = () => resolve(bytes.length);
        }),
    });
    const appended = audit.append({ n: 1 });
    await turnOfLoop();
    await audit.close();
    expect(isWriting()).toBe(true);
    endWrite();
    await appended;
    await turnOfLoop();
    expect(isWriting()).toBe(false);
  });

  it('goes on in a new file by its path, and creates it readable only by its owner', async () => {
    const target = join(folder, 'audit.log');
    const audit = await AuditLog.open({ target, log: {} as never, onFailure: () => {} });
    await audit.append({ n: 1 });
    renameSync(target, `${target}.1`);
    await audit.append({ n: 2 });
    await audit.reopen();
    await audit.append({ n: 3 });
    await audit.close();
    expect(numbersIn(readFileSync(`${target}.1`, 'utf8'))).toEqual([1, 2]);
    expect(numbersIn(readFileSync(target, 'utf8'))).toEqual([3]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('warns of a file that others may read when it opens it, and leaves its mode', async () => {
    const target = join(folder, 'shared.log');
    writeFileSync(target, '');
    const warnings: string[] = [];
    const log = { warn: ({ remedy }: { remedy: string }, text: string) => warnings.push(`${text} ${remedy}`) };
    const openWith = async (mode: number) => {
      chmodSync(target, mode);
      return AuditLog.open({ target, log: log as never, onFailure: () => {} });
    };
    for (const mode of [0o600, 0o640]) await (await openWith(mode)).close();
    expect(warnings).toEqual([]);
    const audit = await openWith(0o644);
    const warning = `All users of this machine may read the audit log ${target}. To restrict it: chmod o-r '${target}'`;
    expect(warnings).toEqual([warning]);
    await audit.append({ n: 1 });
    await audit.reopen();
    expect(warnings).toEqual([warning, warning]);
    chmodSync(target, 0o640);
    await audit.reopen();
    await audit.close();
    expect(warnings).toHaveLength(2);
    expect(numbersIn(readFileSync(target, 'utf8'))).toEqual([1]);
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  it('stays in the same file where it cannot be opened again', async () => {
    const inner = mkdtempSync(join(folder, 'inner-'));
    const target = join(inner, 'audit.log');
    const events: string[] = [];
    const log = { error: (_fields: object, text: string) => events.push(text) };
    const audit = await AuditLog.open({ target, log: log as never, onFailure: () => {} });
    renameSync(inner, `${inner}-moved`);
    await audit.reopen();
    await audit.append({ n: 1 });
    await audit.close();
    expect(numbersIn(readFileSync(join(`${inner}-moved`, 'audit.log'), 'utf8'))).toEqual([1]);
    expect(events).toEqual(['reopening the audit log failed, continuing in the same file']);
  });
});
