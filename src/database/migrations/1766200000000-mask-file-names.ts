import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';
import { failureKindFunction } from './baseline/failure-functions.js';

const extensions =
  'pdf|doc|docx|xls|xlsx|csv|tsv|txt|md|json|jsonl|yaml|yml|xml|html|htm|png|jpg|jpeg|gif|webp|svg|tif|tiff|zip|gz|tar|mp3|mp4|wav|parquet|log';
const fileName = String.raw`\.(?:${extensions}).$`;

/**
 * Adds a function like `failure_kind` that also masks quoted file names, and its index. Gateways of the previous
 * release continue to use their own function and index, which a later release drops. The function refers only to
 * PostgreSQL's own objects: restored dumps and `REINDEX` run it without a search_path.
 */
export class MaskFileNames1766200000000 implements MigrationInterface {
  name = 'MaskFileNames1766200000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(failureKindFunction('failure_kind_v2', fileName));
    await ensureIndexConcurrently(
      runner,
      'task_run_failure_v2_idx',
      'ON task_run (task_id, (failure_kind_v2(failure_message(response)) COLLATE "C"), created, id) WHERE is_error',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX task_run_failure_v2_idx;
      DROP FUNCTION failure_kind_v2(text);
    `);
  }
}
