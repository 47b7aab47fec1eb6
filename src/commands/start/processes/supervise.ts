// Supervises several processes on one port. The parent opens no database and serves no request: it starts the workers,
// replaces those that end, passes signals on, and merges their metrics.

import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../config/config.js';
import { mergeMetrics } from '../../../telemetry/merge-metrics.js';
import { readCommit, version } from '../../../version.js';
import { configurationWarning, openLog, printGreeting } from '../output.js';
import { endGracefully, endWithParent, onHangUp } from '../signals.js';
import { createPendingRequests, type SupervisorMessage, type WorkerMessage } from './messages.js';
import { trackUnaccepted } from './track-unaccepted.js';

/** A worker that ends earlier is replaced only after a delay, which doubles each time, unless no other listens. */
const minUptimeMs = 10_000;
const minDelayMs = 1000;
// limit | HTTP | delay before a process that lived for less than 10 s is replaced | s | no delay while no process listens
const maxDelayMs = 30_000;
// limit | HTTP | time for the metrics of one of several processes | s | `/metrics` lacks them
/** Longer than the check of a database that does not respond, whose failure the metrics must have. */
const measureTimeoutMs = 5000;

/** The time beyond its own limit for which a worker is awaited: that for its last lines of the logs. */
const workerEndMs = 500;

type Listening = Extract<WorkerMessage, { kind: 'listening' }>;

interface WorkerProcess {
  readonly number: number;
  readonly worker: Worker;
  isListening: boolean;
  /** Whether it has reported that it could not start. */
  hasFailed: boolean;
  /** Rejects with the reason if it cannot listen. */
  readonly listening: Promise<Listening>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly uptimeMs: number }>;
}

/**
 * Resolves once all workers listen. From then on, a signal ends all of them.
 * @throws Error with the reason why the first failed worker could not start
 */
export async function superviseProcesses(
  config: Config,
  { endsWithParent, warnings }: { readonly endsWithParent: boolean; readonly warnings: readonly string[] },
): Promise<void> {
  const { processes, shutdownDelayMs, shutdownTimeoutMs } = config;
  const log = (await openLog(config)).child({ pid: process.pid });
  for (const warning of warnings) log.warn({ warning }, configurationWarning);
  const running = new Set<WorkerProcess>();
  const pendingMeasurements = createPendingRequests();
  const pauses = new Set<() => void>();
  let isEnding = false;

  const isAnyListening = () => [...running].some(({ isListening }) => isListening);

  function start(number: number): WorkerProcess {
    const worker = cluster.fork();
    const closeUnaccepted = trackUnaccepted(worker);
    const startedMs = performance.now();
    // Sending to a worker that has just ended fails.
    worker.on('error', (error) => log.warn({ err: error, worker: worker.process.pid }, 'a process cannot be reached'));
    // At `close`, it has exited and its messages were read. A worker that was killed before it acknowledged a
    // connection never emits `disconnect`, because Node.js waits for the acknowledgement.
    const ended: WorkerProcess['ended'] = new Promise((resolve) => {
      worker.process.once('close', (code, signal) => {
        running.delete(started);
        closeUnaccepted();
        resolve({ code, signal, uptimeMs: Math.round(performance.now() - startedMs) });
        if (!isAnyListening()) for (const end of pauses) end();
      });
    });
    const listening = new Promise<Listening>((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'collect') void collect(worker, message.id);
        else if (message.kind === 'measured') pendingMeasurements.respond(message.id, message.text);
        else if (message.kind === 'failed') {
          started.hasFailed = true;
          reject(new Error(message.message));
        } else {
          started.isListening = true;
          resolve(message);
        }
      });
      void ended.then(({ code, signal, uptimeMs }) => {
        log[isEnding ? 'info' : 'error'](
          { ended: worker.process.pid, code, signal, livedMs: uptimeMs },
          'a process has ended',
        );
        reject(new Error(`The gateway could not start: a process ended with ${signal ?? code} before it listened.`));
      });
    });
    const started: WorkerProcess = { number, worker, isListening: false, hasFailed: false, listening, ended };
    running.add(started);
    return started;
  }

  /** Replaces a worker when it has ended, and so on. */
  async function superviseWorker(former: WorkerProcess, earlierDelayMs = 0): Promise<void> {
    const { uptimeMs } = await former.ended;
    if (isEnding) return;
    const delayMs = uptimeMs < minUptimeMs ? Math.min(Math.max(2 * earlierDelayMs, minDelayMs), maxDelayMs) : 0;
    if (isAnyListening()) await pauseWhileAnyListens(delayMs);
    // Restarts without a pause would keep the processors busy while the database is unreachable.
    else if (former.hasFailed) await sleep(minDelayMs);
    if (isEnding) return;
    log.info({ process: former.number }, 'another process takes its place');
    const replacement = start(former.number);
    replacement.listening.catch((error) => {
      // A replacement that was ended with all others is no error.
      if (!isEnding) log.error({ err: error }, 'a process could not take the place of another');
    });
    await superviseWorker(replacement, delayMs);
  }

  /** Resolves after the time, or once no worker listens any more. */
  function pauseWhileAnyListens(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      pauses.add(end);
    });
  }

  async function collect(requester: Worker, id: number): Promise<void> {
    const serving = [...running].filter(({ isListening }) => isListening);
    const measured = serving.map(async ({ number, worker }) => {
      const text = await pendingMeasurements.request(
        (id) => sendMessage(worker, { kind: 'measure', id }),
        measureTimeoutMs,
      );
      return text === undefined ? [] : [[number, text] as const];
    });
    sendMessage(requester, {
      kind: 'collected',
      id,
      text: mergeMetrics(new Map((await Promise.all(measured)).flat())),
    });
  }

  async function endAll(): Promise<void> {
    isEnding = true;
    const ends = [...running].map(async ({ worker, isListening, ended }) => {
      worker.process.kill('SIGTERM');
      const { code, signal } = await ended;
      // A worker that does not listen yet has no handler, and ends with the signal as its status.
      if (isListening && code !== 0) throw new Error(`A process ended with ${signal ?? code}.`);
    });
    for (const each of await Promise.allSettled(ends)) if (each.status === 'rejected') throw each.reason;
  }

  // Workers must not outlive this process, in whichever way it ends.
  process.on('exit', () => {
    for (const { worker } of running) worker.process.kill('SIGKILL');
  });
  process.on('beforeExit', () => {
    if (isEnding) return;
    log.error({ processes: running.size }, 'the process that supervises the others has nothing left to wait for');
    process.exit(1);
  });
  const end = endGracefully(endAll, { log, drainMs: shutdownDelayMs + shutdownTimeoutMs + workerEndMs });
  if (endsWithParent) endWithParent(end);
  const reload = () => {
    // A worker that does not listen yet has just read the configuration.
    for (const { worker, isListening } of running) if (isListening) worker.process.kill('SIGHUP');
  };
  onHangUp({ reload, end });

  const first = start(1);
  try {
    // The first one alone: a fault that prevents its start would prevent all, and should be reported once.
    const { url, greeting } = await first.listening;
    const others = Array.from({ length: processes - 1 }, (_, index) => start(index + 2));
    await Promise.all(others.map(({ listening }) => listening));
    for (const each of [first, ...others]) void superviseWorker(each);
    log.info({ url, processes, version, commit: readCommit() }, 'listening');
    printGreeting(greeting);
  } catch (error) {
    // A signal has ended the workers, and ends this process.
    if (isEnding) return;
    await Promise.allSettled([endAll()]);
    throw error;
  }
}

function sendMessage(worker: Worker, message: SupervisorMessage): void {
  if (worker.isConnected()) worker.send(message);
}
