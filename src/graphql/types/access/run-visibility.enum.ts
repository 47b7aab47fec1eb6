import { registerEnumType } from 'type-graphql';

/** The values are the stored ones, which resolvers return. */
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
