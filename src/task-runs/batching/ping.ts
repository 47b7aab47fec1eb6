import { setTimeout as after } from 'node:timers/promises';
import { unlimitedBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { probeTimeoutMs, type ServerProbe } from '../../database/server-probe.js';
import { type ReadScheduler, readOne } from './read-scheduler.js';

/** `busy`: the server responds, but statements of requests wait. */
export type DatabaseStatus = 'ok' | 'busy';

// limit | Inside | time for which a readiness check waits like a request, once the database has responded | ms | `database busy`
const patienceMs = 500;

interface PingOptions {
  readonly statements: StatementRunner;
  readonly scheduler: ReadScheduler;
  /** undefined: the embedded database, which has one connection. */
  readonly probe: Pick<ServerProbe, 'query'> | undefined;
}

/**
 * Returns a function that resolves when the database responds, by the connections of requests or by its own. Sends nothing
 * if other statements have just succeeded.
 */
export function createPing({ statements, scheduler, probe }: PingOptions): () => Promise<DatabaseStatus> {
  const read = scheduler.register<'ping', object[]>('ping', {
    lane: 'point',
    maxBatchSize: 1,
    readMany: async (_keys, signal) => [await statements.run({ name: 'ping', text: 'SELECT 1' }, [], signal)],
  });
  const readAsRequest = async () => {
    await readOne(read, 'ping', unlimitedBudget({ callerId: 'readiness', timeoutMs: probeTimeoutMs }));
    return 'ok' as const;
  };
  const askServer = async () => {
    await probe!.query('SELECT 1');
    return after(patienceMs, 'busy' as const, { ref: false });
  };
  const ping = async () => {
    try {
      return await Promise.any(probe === undefined ? [readAsRequest()] : [readAsRequest(), askServer()]);
    } catch (error) {
      throw (error as AggregateError).errors[0];
    }
  };
  let underWay: Promise<DatabaseStatus> | undefined;
  return async () => {
    if (!scheduler.hasJustSucceeded()) {
      underWay ??= ping().finally(() => {
        underWay = undefined;
      });
      if ((await underWay) === 'busy') return 'busy';
    }
    return scheduler.isStalled() ? 'busy' : 'ok';
  };
}
