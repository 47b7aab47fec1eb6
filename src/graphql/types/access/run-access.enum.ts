import { registerEnumType } from 'type-graphql';

/** The values are the policy's, which resolvers return. */
export enum RunAccess {
  ALL = 'all',
  OWN = 'own',
  NONE = 'none',
}

registerEnumType(RunAccess, {
  name: 'RunAccess',
  description: 'Which runs the caller may see.',
  valuesConfig: {
    ALL: { description: 'All runs.' },
    OWN: { description: 'Only the runs that the caller executed itself.' },
    NONE: { description: 'No runs.' },
  },
});
