// The organizations, projects, tasks and reporting groups of the demo. Ids are derived from names, so they are the same
// on every machine.

import type { OrganizationEntity } from '../../database/entities/organization.entity.js';
import type { ProjectEntity } from '../../database/entities/project.entity.js';
import type { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import type { ResourceNameEntity, ResourceNameKind } from '../../database/entities/resource-name.entity.js';
import type { RunVisibility, TaskEntity } from '../../database/entities/task.entity.js';
import { demoSubjects } from './demo-subjects.js';
import { demoId, demoKey } from './ids.js';
import type { Row } from './rows.js';
import { invoiceExtraction } from './task-kinds/invoice-extraction.js';
import { sentimentClassification } from './task-kinds/sentiment-classification.js';
import { supportTriage } from './task-kinds/support-triage.js';
import type { TaskKind } from './task-kinds/task-kind.js';
import { translation } from './task-kinds/translation.js';

const projectNames = {
  'Harbor Insurance': ['Claims intake', 'Customer voice'],
  'Lumen Retail': ['Storefront', 'Back office'],
  'Orchid Clinics': ['Patient mail', 'Forschung & Lehre'],
};

const groupDescriptions = {
  Pilot: 'Runs of the pilot customers, billed to the innovation budget.',
  Operations: 'Everything the daily business asks for – at night too.',
  Évaluation: null,
};

const taskKinds: readonly (readonly [TaskKind, RunVisibility])[] = [
  [supportTriage, 'all_viewers'],
  [sentimentClassification, 'all_viewers'],
  [invoiceExtraction, 'editors_and_owners'],
  [translation, 'owner_only'],
];

const created = '2026-08-20T08:00:00.000000Z';
const modified = '2026-08-28T16:42:07.318254Z';

export const demoOrganizations: readonly Row<OrganizationEntity>[] = Object.keys(projectNames).map((name) => ({
  id: demoId(`organization/${name}`),
  name,
  created,
}));

export const demoProjects: readonly Row<ProjectEntity>[] = Object.values(projectNames).flatMap((names, index) =>
  names.map((name) => ({ id: demoId(`project/${name}`), orgId: demoOrganizations[index]!.id, name, created })),
);

const projectKeys = new Map(
  Object.values(projectNames)
    .flat()
    .map((name) => [demoId(`project/${name}`), demoKey(`project/${name}`)]),
);

/** Returns the id of an object in a project. */
function idInProject(kind: string, projectId: string, name: string): string {
  return demoId(`${kind}/${projectKeys.get(projectId)}/${name}`);
}

export const demoGroups: readonly Row<ReportingGroupEntity>[] = demoProjects.flatMap(({ id: projectId }) =>
  Object.entries(groupDescriptions).map(([name, description]) => ({
    id: idInProject('group', projectId, name),
    projectId,
    name,
    description,
    created,
    modified,
  })),
);

/** The fallback models of runs. */
export const demoModels = [
  { id: demoId('model/small'), name: 'gpt-4o-mini' },
  { id: demoId('model/large'), name: 'gpt-4o' },
] as const;

/** A task with the parts from which its runs are created. */
export interface DemoTask {
  readonly row: Row<TaskEntity>;
  readonly kind: TaskKind;
  readonly revisionIds: readonly string[];
  /** The reporting groups of the task's project. */
  readonly groupIds: readonly string[];
}

export const demoTasks: readonly DemoTask[] = demoProjects.flatMap(({ id: projectId }) =>
  taskKinds.map(([kind, runVisibility]) => ({
    row: { id: idInProject('task', projectId, kind.name), projectId, name: kind.name, runVisibility, created },
    kind,
    revisionIds: [1, 2, 3].map((revision) => idInProject('revision', projectId, `${kind.name}/${revision}`)),
    groupIds: demoGroups.filter((group) => group.projectId === projectId).map(({ id }) => id),
  })),
);

/** The subjects that execute runs. */
const userNames = { owner: 'Ola Nordmann', editor: 'Erika Mustermann', executor: 'Max Mustermann' } as const;

/** The names of users, task revisions and models in each organization. */
export const demoNames: readonly Row<ResourceNameEntity>[] = demoOrganizations.flatMap(({ id: orgId }) => {
  const projectIds = demoProjects.filter((project) => project.orgId === orgId).map(({ id }) => id);
  const revisions = demoTasks
    .filter(({ row }) => projectIds.includes(row.projectId))
    .flatMap(({ revisionIds }) => revisionIds.map((id, index) => ({ id, name: `Version ${index + 1}` })));
  const users = Object.entries(userNames).map(([subject, name]) => ({
    id: demoSubjects[subject as keyof typeof userNames],
    name,
  }));
  const namesOfKind = (kind: ResourceNameKind, named: readonly { readonly id: string; readonly name: string }[]) =>
    named.map((resource) => ({ orgId, kind, ...resource }));
  return [
    ...namesOfKind('user', users),
    ...namesOfKind('task_revision', revisions),
    ...namesOfKind('llm_model', demoModels),
  ];
});
