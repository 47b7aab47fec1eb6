import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { RunChangesPage } from '../../task-runs/changes/run-changes.service.js';
import type { GatewayContext } from '../context.js';
import { runFieldsBelow, runSelectionOfFields } from '../selection/run-selection.js';
import { assertFewFields, fieldsBelow, rememberedByFieldNodes } from '../selection/selected-fields.js';
import { TaskRunChangesArgs } from '../types/changes/task-run-changes.args.js';
import { TaskRunChanges } from '../types/changes/task-run-changes.type.js';

const runFieldsOfChanges = rememberedByFieldNodes((selection) => {
  const named = (nodes: readonly FieldNode[], name: string) => nodes.filter((node) => node.name.value === name);
  const fields = fieldsBelow(selection.fieldNodes, selection);
  const ofChanges = fieldsBelow(named(fields, 'changes'), selection);
  assertFewFields([...fields, ...ofChanges]);
  return runFieldsBelow({ ...selection, fieldNodes: named(ofChanges, 'run') });
});

@Resolver()
export class TaskRunChangesResolver {
  @Query(() => TaskRunChanges, {
    nullable: true,
    description:
      'What has changed among the runs of a task or a whole project that the caller may see. Every version of a run is returned at most once, and its newest version exactly once; none appears behind a cursor that was handed out. Deletions are not reported. Null with an error, as for `taskRun`.',
  })
  taskRunChanges(
    @Args(() => TaskRunChangesArgs) input: TaskRunChangesArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunChangesPage> {
    return context.runChanges.page(input, runSelectionOfFields(runFieldsOfChanges(info), info));
  }
}
