import { setTimeout as after } from 'node:timers/promises';
import { unlimitedBudget } from '../admission/request-budget.js';
import type { StatementRunner } from '../database/connection/statement-runner.js';
import { probeTimeoutMs, type ServerProbe } from '../database/server-probe.js';
import { type ReadScheduler, readSingle } from './read-scheduler.js';

/** `busy` means that the server responds but reads of single runs are waiting. */
export type DatabaseStatus = 'ok' | 'busy';

/** Time after which a readiness check also queries the way a request does: through a replica or an open connection. */
const patienceMs = 500;

interface PingOptions {
  readonly statements: StatementRunner;
  readonly scheduler: ReadScheduler;
  readonly probe: Pick<ServerProbe, 'query'>;
}

/**
 * Returns a function that resolves when the database responds, on the probe's connection or one used by requests. It
 * sends nothing if other statements have just succeeded.
 */
export function createPing({ statements, scheduler, probe }: PingOptions): () => Promise<DatabaseStatus> {
  const read = scheduler.register<'ping', object[]>('ping', {
    lane: 'point',
    maxBatchSize: 1,
    readMany: async (_keys, signal) => [await statements.run({ name: 'ping', text: 'SELECT 1' }, [], signal)],
  });
  const askAsRequest = () =>
    readSingle(read, 'ping', unlimitedBudget({ callerId: 'readiness', timeoutMs: probeTimeoutMs - patienceMs }));
  const ping = async () => {
    const probed = probe.query('SELECT 1');
    const hasResponded = probed.then(
      () => true,
      () => false,
    );
    if (await Promise.race([hasResponded, after(patienceMs, false, { ref: false })])) return scheduler.recordSuccess();
    try {
      await Promise.any([askAsRequest(), probed]);
    } catch (error) {
      throw (error as AggregateError).errors[0];
    }
  };
  let underWay: Promise<void> | undefined;
  return async () => {
    if (!scheduler.hasJustSucceeded()) {
      underWay ??= ping().finally(() => {
        underWay = undefined;
      });
      await underWay;
    }
    return scheduler.isStalled() ? 'busy' : 'ok';
  };
}
