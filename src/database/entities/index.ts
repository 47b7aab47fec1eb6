import { AccessGrantEntity } from './access-grant.entity.js';
import { ChangeEpochEntity } from './change-epoch.entity.js';
import { DeletedTaskEntity } from './deleted-task.entity.js';
import { ErasedRunEntity } from './erased-run.entity.js';
import { ErasedUserEntity } from './erased-user.entity.js';
import { FileDeletionEntity } from './file-deletion.entity.js';
import { MirrorCursorEntity } from './mirror-cursor.entity.js';
import { OrganizationEntity } from './organization.entity.js';
import { ProjectEntity } from './project.entity.js';
import { ReportingGroupEntity } from './reporting-group.entity.js';
import { ResourceNameEntity } from './resource-name.entity.js';
import { RetentionEntity } from './retention.entity.js';
import { SchemaMinimumEntity } from './schema-minimum.entity.js';
import { ShareRevocationEntity } from './share-revocation.entity.js';
import { TaskEntity } from './task.entity.js';
import { TaskRunEntity } from './task-run.entity.js';
import { TaskRunDeletionEntity } from './task-run-deletion.entity.js';
import { TaskRunFileEntity } from './task-run-file.entity.js';

export const entities = [
  OrganizationEntity,
  ProjectEntity,
  TaskEntity,
  ReportingGroupEntity,
  ResourceNameEntity,
  TaskRunEntity,
  TaskRunFileEntity,
  TaskRunDeletionEntity,
  DeletedTaskEntity,
  ErasedRunEntity,
  ErasedUserEntity,
  ShareRevocationEntity,
  FileDeletionEntity,
  RetentionEntity,
  MirrorCursorEntity,
  AccessGrantEntity,
  ChangeEpochEntity,
  SchemaMinimumEntity,
];
