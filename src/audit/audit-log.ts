// The audit log: a file with one line for each response that contains payload. Responses in flight share writes.

import { close, constants, fstat, open, type Stats, write } from 'node:fs';
import { setTimeout as sleep, setImmediate as turnOfLoop } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';
import { shellWord } from '../shell-word.js';
import type { Log } from '../telemetry/logger.js';
import { beginWrite } from '../telemetry/writes-under-way.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const statusOfFile = promisify(fstat);

/** Writes bytes to a file, starting at an offset. Returns the number of bytes written. */
export type WriteBytes = (fd: number, bytes: Buffer, offset: number) => Promise<number>;

const writeBytes: WriteBytes = (fd, bytes, offset) =>
  new Promise((written, failed) => {
    write(fd, bytes, offset, (error, bytesWritten) => (error === null ? written(bytesWritten) : failed(error)));
  });

const maxWriteMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time for a line of the audit log to be written',
  unit: 'ms',
  shownAs: 's',
  beyond: '`AUDIT_UNAVAILABLE`',
});
const maxPendingLines = declareLimit(10_000, {
  section: 'HTTP',
  name: 'lines of the audit log waiting to be written',
  beyond: '`AUDIT_UNAVAILABLE`',
});
/** The time limit for writing the last lines at shutdown, when responses no longer wait for them. */
const maxCloseMs = 1000;
/** The time until a full pipe is retried. */
const fullPipeRetryMs = 5;
const retryAfter = declareLimit(1, {
  section: 'HTTP',
  name: 'interval between attempts to write to a failing audit log',
  unit: 's',
});
const stdout = 1;

export interface AuditLogOptions {
  /** The path of the file, or `stdout` for standard output. */
  readonly target: string;
  readonly log: Log;
  /** Called once for each line that could not be written. */
  readonly onFailure: () => void;
  readonly write?: WriteBytes;
}

interface PendingLine {
  readonly text: string;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly deadline: number;
}

export class AuditLog {
  #pending: PendingLine[] = [];
  /** The lines that are waiting or being written, in the order of their deadlines. */
  readonly #unwritten = new Set<PendingLine>();
  /** A single timer for all lines, because nearly all are written long before their deadline. */
  #deadlineTimer: NodeJS.Timeout | undefined;
  #isWriting = false;
  #isFailing = false;
  /** Whether the file ends with an incomplete line. */
  #endsAmidLine = false;

  private constructor(
    private readonly options: AuditLogOptions,
    private readonly write: WriteBytes,
    private fd: number,
  ) {}

  /** Opens the file, or creates it so that only its owner can read it. @throws Error from the system */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    return new AuditLog(options, options.write ?? writeBytes, await openTarget(options));
  }

  /** Whether the last write failed. Each new line is another attempt. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /**
   * Resolves once the system has accepted the line. A line that failed is not written later, unless the system was
   * merely too slow.
   * @throws GatewayError AUDIT_UNAVAILABLE
   */
  async append(line: object): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    try {
      if (this.#pending.length >= maxPendingLines) throw new Error('Too many lines are waiting to be written.');
      await new Promise<void>((written, failed) => {
        const pending = { text, written, failed, deadline: performance.now() + maxWriteMs };
        this.#pending.push(pending);
        this.#unwritten.add(pending);
        this.#deadlineTimer ??= setTimeout(() => this.#failLate(), maxWriteMs);
        void this.#writePending();
      });
    } catch (cause) {
      if (!this.#isFailing) this.options.log.error({ err: cause }, 'writing the audit log failed');
      this.#isFailing = true;
      this.options.onFailure();
      throw new GatewayError('AUDIT_UNAVAILABLE', { retryAfter }, { cause });
    }
  }

  /**
   * Reopens the file by its path, because it may have been renamed. If that fails, the current file remains in use.
   */
  async reopen(): Promise<void> {
    const { target, log } = this.options;
    if (target === 'stdout') return;
    try {
      const opened = await openTarget(this.options);
      const former = this.fd;
      this.fd = opened;
      this.#endsAmidLine = false;
      // A write in progress needs the old file.
      while (this.#isWriting) await sleep(fullPipeRetryMs);
      await closeFile(former);
    } catch (err) {
      log.error({ err }, 'reopening the audit log failed, continuing in the same file');
    }
  }

  /** Closes the file after the waiting lines have been written. If they cannot be written, the file stays open. */
  async close(): Promise<void> {
    const deadline = performance.now() + maxCloseMs;
    while (this.#isWriting && performance.now() < deadline) await sleep(fullPipeRetryMs);
    clearTimeout(this.#deadlineTimer);
    if (this.fd !== stdout && !this.#isWriting) await closeFile(this.fd);
  }

  #failLate(): void {
    this.#deadlineTimer = undefined;
    for (const line of this.#unwritten) {
      const remaining = line.deadline - performance.now();
      if (remaining > 0) {
        this.#deadlineTimer = setTimeout(() => this.#failLate(), remaining);
        return;
      }
      this.#unwritten.delete(line);
      line.failed(new Error(`Not written within ${maxWriteMs} ms.`));
    }
  }

  async #writePending(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    const end = beginWrite();
    while (this.#pending.length > 0) {
      // The responses that are ready in this turn of the event loop share a write.
      await turnOfLoop();
      const lines = this.#pending.filter((line) => this.#unwritten.has(line));
      this.#pending = [];
      await this.#writeLines(lines);
    }
    end();
    this.#isWriting = false;
  }

  async #writeLines(lines: readonly PendingLine[]): Promise<void> {
    // Terminates an incomplete line, so that it does not corrupt the next one.
    const start = this.#endsAmidLine ? '\n' : '';
    const bytes = Buffer.from(start + lines.map(({ text }) => text).join(''));
    const { fd } = this;
    let end = 0;
    let failure: unknown;
    try {
      while (end < bytes.length) end += await this.#writeFrom(fd, bytes, end);
      if (this.#isFailing) this.options.log.info('the audit log can be written again');
      this.#isFailing = false;
    } catch (error) {
      failure = error;
    }
    if (end > 0 && fd === this.fd) this.#endsAmidLine = bytes[end - 1] !== 0x0a;
    let endOfLine = start.length;
    for (const line of lines) {
      endOfLine += Buffer.byteLength(line.text);
      this.#unwritten.delete(line);
      if (endOfLine <= end) line.written();
      else line.failed(failure);
    }
  }

  async #writeFrom(fd: number, bytes: Buffer, offset: number): Promise<number> {
    for (;;) {
      try {
        return await this.write(fd, bytes, offset);
      } catch (error) {
        // The pipe is full because its reader is slow.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await sleep(fullPipeRetryMs);
      }
    }
  }
}

async function openTarget({ target, log }: Pick<AuditLogOptions, 'target' | 'log'>): Promise<number> {
  if (target === 'stdout') return stdout;
  const fd = await openFile(target, 'a', 0o600);
  const fault = faultOfMode(target, await statusOfFile(fd));
  if (fault !== null) log.warn({ remedy: fault.remedy }, fault.message);
  return fd;
}

/**
 * Returns a message and a remedy if others may read the audit log, or `null` if only its user and group may. The mode
 * of an existing file is not changed, because a program that collects lines may depend on it.
 */
export function faultOfMode(path: string, status: Stats): { readonly message: string; readonly remedy: string } | null {
  if (status.isCharacterDevice() || (status.mode & constants.S_IROTH) === 0) return null;
  return {
    message: `All users of this machine may read the audit log ${path}.`,
    remedy: `To restrict it: chmod o-r ${shellWord(path)}`,
  };
}
