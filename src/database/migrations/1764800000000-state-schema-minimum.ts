import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StateSchemaMinimum1764800000000 implements MigrationInterface {
  name = 'StateSchemaMinimum1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE schema_minimum (migration text CONSTRAINT schema_minimum_pkey PRIMARY KEY);
      INSERT INTO schema_minimum VALUES ('${this.name}');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE schema_minimum');
  }
}
