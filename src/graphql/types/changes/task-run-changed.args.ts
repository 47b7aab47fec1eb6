import { ArgsType, Field } from 'type-graphql';
import { RunScopeArgs } from '../run-filter.js';

@ArgsType()
export class TaskRunChangedArgs extends RunScopeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Starts after this cursor, which may come from any feed. If omitted, starts with the next change.',
  })
  after?: string | null;
}
