import { registerEnumType } from 'type-graphql';

/** The values are the stored ones, which resolvers return. */
export enum Role {
  OWNER = 'owner',
  EDITOR = 'editor',
  VIEWER = 'viewer',
}

registerEnumType(Role, {
  name: 'Role',
  description:
    'A role on an organization, a project or a task, from the most to the least powerful. Projects inherit the roles on their organization, and tasks the roles on their project.',
  valuesConfig: {
    OWNER: { description: 'May see all runs, whatever the run visibility of their task.' },
    EDITOR: { description: 'May see all runs of tasks whose run visibility is EDITORS_AND_OWNERS or ALL_VIEWERS.' },
    VIEWER: { description: 'May see all runs of tasks whose run visibility is ALL_VIEWERS.' },
  },
});
