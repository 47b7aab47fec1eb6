import type { EntityManager } from 'typeorm';
import { AccessGrantEntity } from '../../database/entities/access-grant.entity.js';
import { OrganizationEntity } from '../../database/entities/organization.entity.js';
import { ProjectEntity } from '../../database/entities/project.entity.js';
import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskEntity } from '../../database/entities/task.entity.js';
import { demoGroups, demoOrganizations, demoProjects, demoTasks } from './demo-catalogue.js';
import { demoGrants } from './demo-grants.js';
import { insertMissingRows } from './insert-rows.js';

/** Inserts all rows of the demo but the runs. Rows that exist already stay as they are. */
export async function insertCatalogue(manager: EntityManager): Promise<void> {
  await insertMissingRows(manager, OrganizationEntity, demoOrganizations);
  await insertMissingRows(manager, ProjectEntity, demoProjects);
  await insertMissingRows(manager, ReportingGroupEntity, demoGroups);
  await insertMissingRows(
    manager,
    TaskEntity,
    demoTasks.map(({ row }) => row),
  );
  await insertMissingRows(manager, AccessGrantEntity, demoGrants);
}
