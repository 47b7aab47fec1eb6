import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { RunChangesPage } from '../../task-runs/changes/run-changes.service.js';
import type { GatewayContext } from '../context.js';
import { runSelectionOfFields, selectedRunFields } from '../selection/run-selection.js';
import { assertFieldCount, childFields, memoizeByFieldNodes } from '../selection/selected-fields.js';
import { TaskRunChanges, TaskRunChangesArgs } from '../types/changes.js';

const changedRunFields = memoizeByFieldNodes((selection) => {
  const fieldsNamed = (nodes: readonly FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
  const fields = childFields(selection.fieldNodes, selection);
  const changeFields = childFields(fieldsNamed(fields, 'changes'), selection);
  assertFieldCount([...fields, ...changeFields]);
  return selectedRunFields({ ...selection, fieldNodes: fieldsNamed(changeFields, 'run') });
});

@Resolver()
export class TaskRunChangesResolver {
  @Query(() => TaskRunChanges, {
    nullable: true,
    description:
      'Changes of the runs that the caller may see in a task or a whole project. Each version of a run is returned at most once, and its newest version exactly once. No change is added before a cursor that was already returned. A run that was deleted is returned once, as `deleted`, whatever the filter. Null with an error, as for `taskRun`.',
  })
  taskRunChanges(
    @Args(() => TaskRunChangesArgs) input: TaskRunChangesArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunChangesPage> {
    return context.services.changes.page(input, runSelectionOfFields(changedRunFields(info), info));
  }
}
