import { Field, ObjectType } from 'type-graphql';
import { limits } from '../../../limits.js';
import { DateTimeScalar } from '../../scalars/index.js';

@ObjectType({
  simpleResolvers: true,
  description: `How far the runs of a page were searched for. If no index decides the filter, runs are tested in the order of the list, at most ${limits.scannedRuns.value.toLocaleString('en')} in an operation.`,
})
export class ListScan {
  @Field(() => Boolean, {
    description:
      'Whether the page is full, or the list ends with it. If false, the cursors of `pageInfo` continue where the scan ended, also after an empty page.',
  })
  isComplete!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last tested run was created. Null if the page is complete.',
  })
  scannedTo!: string | null;
}
