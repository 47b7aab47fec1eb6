// Supervises several processes on one port. The parent does not open the database or serve requests: it starts the
// workers, replaces those that exit, forwards signals, and merges their metrics.

import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../config/config.js';
import { declareLimit } from '../../../limits.js';
import type { Logger } from '../../../telemetry/logger.js';
import { mergeMetrics } from '../../../telemetry/merge-metrics.js';
import { readCommit, version } from '../../../version.js';
import { configurationWarning, openLog, printGreeting } from '../output.js';
import { endGracefully, endWithParent, onHangUp } from '../signals.js';
import { createPendingRequests, type SupervisorMessage, type WorkerMessage } from './messages.js';
import { trackUnaccepted } from './unaccepted-connections.js';

/**
 * A worker that exits earlier is replaced only after a delay, which doubles each time, unless no other worker listens.
 */
const minUptimeMs = 10_000;
const minDelayMs = 1000;
const maxDelayMs = declareLimit(30_000, {
  section: 'HTTP',
  name: 'delay before a process that ended within 10 s is restarted',
  unit: 'ms',
  shownAs: 's',
  beyond: 'no delay while no process is listening',
});
/** Longer than the check of a database that does not respond, because the metrics must include that failure. */
const measureTimeoutMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time to collect the metrics of one of several processes',
  unit: 'ms',
  shownAs: 's',
  beyond: 'they are missing from `/metrics`',
});

/** How much longer the parent waits than a worker's own limit, so that the worker can write its last log lines. */
const workerEndMs = 500;

type Listening = Extract<WorkerMessage, { kind: 'listening' }>;

interface WorkerProcess {
  readonly number: number;
  readonly worker: Worker;
  isListening: boolean;
  /** Whether the worker has reported that it could not start. */
  hasFailed: boolean;
  /** Rejects with the reason if the worker cannot listen. */
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
  const supervisor = new Supervisor(log);
  // Workers must not outlive this process, regardless of how it ends.
  process.on('exit', () => supervisor.killAll());
  process.on('beforeExit', () => {
    if (supervisor.isEnding) return;
    log.error({ processes: supervisor.size }, 'supervisor has no pending work');
    process.exit(1);
  });
  const end = endGracefully(() => supervisor.endAll(), {
    log,
    drainMs: shutdownDelayMs + shutdownTimeoutMs + workerEndMs,
  });
  if (endsWithParent) endWithParent(end);
  onHangUp({ reload: () => supervisor.reloadAll(), end });
  try {
    const { url, greeting } = await supervisor.startAll(processes);
    log.info({ url, processes, version, commit: readCommit() }, 'listening');
    printGreeting(greeting);
  } catch (error) {
    // A signal has ended the workers, and also ends this process.
    if (supervisor.isEnding) return;
    await Promise.allSettled([supervisor.endAll()]);
    throw error;
  }
}

/** The workers. Each is replaced when it exits, until all are being ended. */
class Supervisor {
  readonly #running = new Set<WorkerProcess>();
  readonly #pendingMeasurements = createPendingRequests();
  /** Functions that cut short the pauses before replacements. */
  readonly #pauses = new Set<() => void>();
  #isEnding = false;

  constructor(private readonly log: Logger) {}

  get isEnding(): boolean {
    return this.#isEnding;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Returns the first worker's message once all listen, and replaces workers from then on. */
  async startAll(count: number): Promise<Listening> {
    const first = this.#start(1);
    // Starts only the first worker initially: a fault that prevents its start would prevent all, and should be reported
    // once.
    const listening = await first.listening;
    const others = Array.from({ length: count - 1 }, (_, index) => this.#start(index + 2));
    await Promise.all(others.map((other) => other.listening));
    for (const started of [first, ...others]) void this.#replaceWhenEnded(started);
    return listening;
  }

  /** @throws Error if a worker that listened did not exit normally */
  async endAll(): Promise<void> {
    this.#isEnding = true;
    const ends = [...this.#running].map(async ({ worker, isListening, ended }) => {
      worker.process.kill('SIGTERM');
      const { code, signal } = await ended;
      // A worker that does not listen yet has no signal handler, so it exits with the signal as its status.
      if (isListening && code !== 0) throw new Error(`A process ended with ${signal ?? code}.`);
    });
    for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason;
  }

  reloadAll(): void {
    // A worker that does not listen yet has only just read the configuration.
    for (const { worker } of this.#listening) worker.process.kill('SIGHUP');
  }

  killAll(): void {
    for (const { worker } of this.#running) worker.process.kill('SIGKILL');
  }

  get #listening(): WorkerProcess[] {
    return [...this.#running].filter(({ isListening }) => isListening);
  }

  #start(number: number): WorkerProcess {
    const worker = cluster.fork();
    const closeUnaccepted = trackUnaccepted(worker);
    const startedMs = performance.now();
    // Sending to a worker that has just exited fails.
    worker.on('error', (error) => this.log.warn({ err: error, worker: worker.process.pid }, 'worker unreachable'));
    // On `close`, the worker has exited and its messages were read. A worker that was killed before it acknowledged a
    // connection never emits `disconnect`, because Node.js waits for the acknowledgement.
    const ended: WorkerProcess['ended'] = new Promise((resolve) => {
      worker.process.once('close', (code, signal) => {
        this.#running.delete(started);
        closeUnaccepted();
        resolve({ code, signal, uptimeMs: Math.round(performance.now() - startedMs) });
        if (this.#listening.length === 0) for (const end of this.#pauses) end();
      });
    });
    const listening = new Promise<Listening>((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'collect') void this.#collect(worker, message.id);
        else if (message.kind === 'measured') this.#pendingMeasurements.respond(message.id, message.text);
        else if (message.kind === 'failed') {
          started.hasFailed = true;
          reject(new Error(message.message));
        } else {
          started.isListening = true;
          resolve(message);
        }
      });
      void ended.then(({ code, signal, uptimeMs }) => {
        this.log[this.#isEnding ? 'info' : 'error'](
          { ended: worker.process.pid, code, signal, livedMs: uptimeMs },
          'worker exited',
        );
        reject(new Error(`The gateway could not start: a process ended with ${signal ?? code} before it listened.`));
      });
    });
    const started: WorkerProcess = { number, worker, isListening: false, hasFailed: false, listening, ended };
    this.#running.add(started);
    return started;
  }

  /** Replaces a worker when it has exited, and then its replacement, and so on. */
  async #replaceWhenEnded(former: WorkerProcess, earlierDelayMs = 0): Promise<void> {
    const { uptimeMs } = await former.ended;
    if (this.#isEnding) return;
    const delayMs = uptimeMs < minUptimeMs ? Math.min(Math.max(2 * earlierDelayMs, minDelayMs), maxDelayMs) : 0;
    if (this.#listening.length > 0) await this.#pauseWhileAnyListens(delayMs);
    // Restarts without a pause would keep the CPUs busy while the database is unreachable.
    else if (former.hasFailed) await sleep(minDelayMs);
    if (this.#isEnding) return;
    this.log.info({ process: former.number }, 'restarting worker');
    const replacement = this.#start(former.number);
    replacement.listening.catch((error) => {
      // It is not an error if a replacement was ended together with all others.
      if (!this.#isEnding) this.log.error({ err: error }, 'worker could not be restarted');
    });
    await this.#replaceWhenEnded(replacement, delayMs);
  }

  /** Resolves after the given time, or once no worker listens. */
  #pauseWhileAnyListens(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#pauses.add(end);
    });
  }

  /** Sends a worker the metrics of all workers that listen. */
  async #collect(requester: Worker, id: number): Promise<void> {
    const measured = this.#listening.map(async ({ number, worker }) => {
      const text = await this.#pendingMeasurements.request(
        (id) => sendMessage(worker, { kind: 'measure', id }),
        measureTimeoutMs,
      );
      return text === undefined ? [] : [[number, text] as const];
    });
    const text = mergeMetrics(new Map((await Promise.all(measured)).flat()));
    sendMessage(requester, { kind: 'collected', id, text });
  }
}

function sendMessage(worker: Worker, message: SupervisorMessage): void {
  if (worker.isConnected()) worker.send(message);
}
