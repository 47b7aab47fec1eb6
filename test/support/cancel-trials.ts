// Statements that are cancelled at random moments, some just as they end, while others share their connections.

import { setTimeout as after } from 'node:timers/promises';
import { detectPooler, poolOf } from '../../src/database/connection/pooler.js';
import { PostgresStatements, type StatementSignal } from '../../src/database/connection/statement-runner.js';
import { createDataSource } from '../../src/database/data-source.js';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { seed } from './generated.js';

export interface CancelTrials {
  readonly cancelled: number;
  /**
   * The number of statements that were not cancelled in time, for example because they were waiting for a server in a
   * pooler. Their connections were closed.
   */
  readonly closed: number;
  /** The number of statements that had already ended. */
  readonly ended: number;
  /** The number of other statements that succeeded. */
  readonly others: number;
  /** Failures of statements that were not cancelled, or that failed for another reason. */
  readonly failures: readonly string[];
}

const slow = { name: 'slow', text: 'SELECT pg_sleep($1)' };
const other = { name: 'other', text: 'SELECT $1::integer AS number, pg_sleep(0.001)' };

/** The number of trials in a test. TRIALS=10000 sets a higher number. */
export const trials = Number(process.env.TRIALS ?? 500);

export async function tryCancelling(url: string): Promise<CancelTrials> {
  const dataSource = await createDataSource({ url, poolSize: 4, timeoutMs: 20_000, sendsSettings: false }).initialize();
  const statements = new PostgresStatements(dataSource, {
    onStatement: () => {},
    cancelsOnAbort: true,
    keepsPrepared: (await detectPooler(poolOf(dataSource)))?.keepsPrepared ?? true,
  });
  const random = createRandom(seededSource(seed));
  const result = { cancelled: 0, closed: 0, ended: 0, others: 0, failures: [] as string[] };
  let started = 0;

  const cancelling = async () => {
    while (started < trials) {
      started += 1;
      const signal: { aborted: boolean; onabort: StatementSignal['onabort'] } = { aborted: false, onabort: null };
      const milliseconds = random.chance(30) ? 10_000 : random.integer(0, 6);
      const statement = statements.run(slow, [milliseconds / 1000], signal).then(
        () => {
          result.ended += 1;
          if (milliseconds === 10_000) result.failures.push('A statement was not cancelled.');
        },
        (error) => {
          if (error.reason === 'DEADLINE_EXCEEDED' && signal.aborted) result.cancelled += 1;
          else if (error.reason === 'SERVICE_UNAVAILABLE' && signal.aborted) result.closed += 1;
          else result.failures.push(String(error));
        },
      );
      await after(random.integer(0, 6));
      signal.aborted = true;
      signal.onabort?.();
      await statement;
    }
  };
  const staying = async (first: number) => {
    for (let number = first; started < trials; number += 10) {
      const [row] = await statements.run<{ number: number }>(other, [number]).catch((error) => {
        result.failures.push(`Another statement failed: ${error.reason ?? error}`);
        return [];
      });
      if (row?.number === number) result.others += 1;
    }
  };
  try {
    await Promise.all([cancelling(), cancelling(), cancelling(), staying(0), staying(1), staying(2), staying(3)]);
  } finally {
    await dataSource.destroy();
  }
  if (process.env.REPORT) process.stderr.write(`${JSON.stringify(result)}\n`);
  return result;
}
