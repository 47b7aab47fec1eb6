import { Entity, PrimaryColumn } from './decorators.js';

/**
 * The one row names the newest migration that a program has to know to work on this schema. Those after it only add to
 * what there was.
 */
@Entity('schema_minimum')
export class SchemaMinimumEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'schema_minimum_pkey' })
  migration!: string;
}
