import { Entity, PrimaryColumn } from './decorators.js';

/**
 * A single row: the newest migration that a program must include to work with this schema. Later migrations only add to
 * it.
 */
@Entity('schema_minimum')
export class SchemaMinimumEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'schema_minimum_pkey' })
  migration!: string;
}
