import { ArgsType, Field } from 'type-graphql';
import { RunScopeArgs } from '../run-scope.args.js';

@ArgsType()
export class TaskRunChangedArgs extends RunScopeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Begins behind this cursor of any feed; omitted: with what changes from now on.',
  })
  after?: string | null;
}
