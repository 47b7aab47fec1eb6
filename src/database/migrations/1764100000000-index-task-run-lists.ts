import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from '../migrating/concurrent-index.js';
import { inTransaction } from '../migrating/in-transaction.js';

const indexes = {
  task_run_list_idx: `ON task_run (task_id, created, id, task_revision_id, is_error, used_fallback_model,
    llm_retries, llm_call_timing, total_tokens, charged_credits, user_id, reporting_group_id, fallback_llm_model_id,
    input_tokens, output_tokens, input_processor_timing)`,
  task_run_user_id_idx: 'ON task_run (task_id, user_id, created, id)',
  task_run_reference_idx: 'ON task_run (task_id, reference, created, id) WHERE reference IS NOT NULL',
  task_run_context_id_idx: 'ON task_run (task_id, context_id, created, id) WHERE context_id IS NOT NULL',
  task_run_primary_failure_idx: 'ON task_run (task_id, created, id) WHERE primary_failure_reason IS NOT NULL',
};

export class IndexTaskRunLists1764100000000 implements MigrationInterface {
  name = 'IndexTaskRunLists1764100000000';

  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // Compared byte by byte, so that one index serves both equality and prefixes.
    await inTransaction(
      runner,
      `ALTER TABLE task_run
        ALTER COLUMN reference TYPE varchar(64) COLLATE "C",
        ALTER COLUMN context_id TYPE varchar(64) COLLATE "C"`,
    );
    for (const [name, definition] of Object.entries(indexes)) await ensureIndexConcurrently(runner, name, definition);
    await dropIndex(runner, 'task_run_task_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX task_run_task_id_idx ON task_run (task_id);
      DROP INDEX ${Object.keys(indexes).join(', ')};
      ALTER TABLE task_run ALTER COLUMN reference TYPE varchar(64), ALTER COLUMN context_id TYPE varchar(64);
    `);
  }
}
