import { ArgsType, Field, ID } from 'type-graphql';
import type { RunFilterInput } from '../../task-runs/scope/run-filter.js';
import { TaskRunFilter } from './lists/task-run-filter.input.js';

const FilterField = () =>
  Field(() => TaskRunFilter, { nullable: true, description: 'Conditions on the runs. If omitted, all runs match.' });

/** Narrows down the runs of the task or project that has the field. */
@ArgsType()
export class RunFilterArgs {
  @FilterField()
  filter?: RunFilterInput | null;
}

/** Selects runs: those of a task or of a whole project, narrowed down by a filter. */
@ArgsType()
export class RunScopeArgs {
  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { description: 'The project in that organization.' })
  projectId!: string;

  @Field(() => ID, { nullable: true, description: 'The task in that project. If omitted, the whole project.' })
  taskId?: string | null;

  @FilterField()
  filter?: RunFilterInput | null;
}
