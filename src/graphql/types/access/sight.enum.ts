import { registerEnumType } from 'type-graphql';

/** By the values of the policy, which is what resolvers return. */
export enum Sight {
  ALL = 'all',
  OWN = 'own',
  NONE = 'none',
}

registerEnumType(Sight, {
  name: 'Sight',
  description: 'Which runs the caller sees.',
  valuesConfig: {
    ALL: { description: 'All of them.' },
    OWN: { description: 'Those that the caller executed itself.' },
    NONE: { description: 'None.' },
  },
});
