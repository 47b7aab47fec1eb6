import { registerEnumType } from 'type-graphql';

/** By its stored values, which is what resolvers return. */
export enum Role {
  OWNER = 'owner',
  EDITOR = 'editor',
  VIEWER = 'viewer',
}

registerEnumType(Role, {
  name: 'Role',
  description:
    'A role on an organization, a project or a task, from the most to the least powerful. It is inherited by everything below.',
  valuesConfig: {
    OWNER: { description: 'Sees all runs, whatever the visibility of their task.' },
    EDITOR: { description: 'Sees all runs of tasks whose runs editors see.' },
    VIEWER: { description: 'Sees all runs of tasks whose runs all viewers see.' },
  },
});
