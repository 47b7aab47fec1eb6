import { registerEnumType } from 'type-graphql';

/** The values are the policy's, which resolvers return. */
export enum RunAccess {
  ALL = 'all',
  OWN = 'own',
  NONE = 'none',
}

registerEnumType(RunAccess, {
  name: 'RunAccess',
  description: 'Which runs the caller sees.',
  valuesConfig: {
    ALL: { description: 'All of them.' },
    OWN: { description: 'Those that the caller executed itself.' },
    NONE: { description: 'None.' },
  },
});
