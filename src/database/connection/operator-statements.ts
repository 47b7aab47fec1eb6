import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../config/config.js';
import { poolOf } from './pool-of.js';
import { detectPooler } from './pooler.js';
import { createStatementRunner, type StatementRunner } from './statement-runner.js';

/** Returns the runner for the statements of commands, which are not counted in metrics. */
export async function createOperatorStatements(
  dataSource: DataSource,
  { cancels }: Pick<DatabaseConfig['database'], 'cancels'>,
): Promise<StatementRunner> {
  const pooler = await detectPooler(poolOf(dataSource));
  return createStatementRunner(dataSource, {
    onStatement: () => {},
    cancelsOnAbort: cancels,
    keepsPrepared: pooler?.keepsPrepared ?? true,
  });
}
