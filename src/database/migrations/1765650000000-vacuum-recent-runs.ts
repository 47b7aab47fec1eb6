import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  autovacuumSettings,
  missingSettings,
  selectTableOptions,
  type TableOptions,
  vacuumedTables,
} from '../autovacuum-settings.js';

export class VacuumRecentRuns1765650000000 implements MigrationInterface {
  name = 'VacuumRecentRuns1765650000000';

  async up(runner: QueryRunner): Promise<void> {
    const tables: readonly TableOptions[] = await runner.query(selectTableOptions, [vacuumedTables]);
    for (const table of tables) {
      const settings = missingSettings(table);
      // This lock lets others read and write.
      if (settings.length > 0) await runner.query(`ALTER TABLE ${table.name} SET (${settings.join(', ')})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = Object.keys(autovacuumSettings).join(', ');
    const tables: readonly TableOptions[] = await runner.query(selectTableOptions, [vacuumedTables]);
    for (const { name } of tables) await runner.query(`ALTER TABLE ${name} RESET (${names})`);
  }
}
