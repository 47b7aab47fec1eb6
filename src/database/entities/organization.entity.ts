import { Column, Entity, PrimaryColumn } from './decorators.js';

@Entity('organization')
export class OrganizationEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'organization_pkey' })
  id!: string;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  created!: string;
}
