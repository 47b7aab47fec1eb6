import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';
import { failureKindFunction } from './baseline/failure-functions.js';

const extensions =
  'pdf|doc|docx|xls|xlsx|csv|tsv|txt|md|json|jsonl|yaml|yml|xml|html|htm|png|jpg|jpeg|gif|webp|svg|tif|tiff|zip|gz|tar|mp3|mp4|wav|parquet|log';
const fileName = String.raw`\.(?:${extensions}).$`;

/**
 * Kinds of failures as `failure_kind` has them, but without quoted names of files, and their index. A gateway of the
 * previous release goes on with its own function and index, which a later release drops. The function names nothing but
 * PostgreSQL's own: a restored dump and `REINDEX` run it without a search_path.
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
