import { registerEnumType } from 'type-graphql';

/** The values are those stored, which resolvers return unchanged. */
export enum Role {
  OWNER = 'owner',
  EDITOR = 'editor',
  VIEWER = 'viewer',
  ANALYST = 'analyst',
}

registerEnumType(Role, {
  name: 'Role',
  description:
    'A role on an organization, a project or a task, from the most to the least powerful; `ANALYST` is independent of the others. Projects inherit the roles on their organization, and tasks the roles on their project.',
  valuesConfig: {
    OWNER: { description: 'May see all runs, whatever the run visibility of their task.' },
    EDITOR: { description: 'May see all runs of tasks whose run visibility is EDITORS_AND_OWNERS or ALL_VIEWERS.' },
    VIEWER: { description: 'May see all runs of tasks whose run visibility is ALL_VIEWERS.' },
    ANALYST: {
      description:
        'May see the usage of all runs, such as tokens, credits and times, whatever the run visibility of their task. Inputs, responses, failure messages and files are payload, which this role does not include.',
    },
  },
});

/** The values are those stored, which resolvers return unchanged. */
export enum RunVisibility {
  OWNER_ONLY = 'owner_only',
  EDITORS_AND_OWNERS = 'editors_and_owners',
  ALL_VIEWERS = 'all_viewers',
}

registerEnumType(RunVisibility, {
  name: 'RunVisibility',
  description:
    'The roles that may see all runs of a task. Callers may always see the runs that they executed themselves, whatever their role.',
  valuesConfig: {
    OWNER_ONLY: { description: 'Owners.' },
    EDITORS_AND_OWNERS: { description: 'Editors and owners.' },
    ALL_VIEWERS: { description: 'Viewers, editors and owners.' },
  },
});

/** The values are those of the policy, which resolvers return unchanged. */
export enum RunAccess {
  ALL = 'all',
  USAGE = 'usage',
  OWN = 'own',
  NONE = 'none',
}

registerEnumType(RunAccess, {
  name: 'RunAccess',
  description: 'Which runs the caller may see.',
  valuesConfig: {
    ALL: { description: 'All runs.' },
    USAGE: { description: 'All runs, with the payload of those that the caller executed itself.' },
    OWN: { description: 'Only the runs that the caller executed itself.' },
    NONE: { description: 'No runs.' },
  },
});
