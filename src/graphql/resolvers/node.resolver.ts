import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { type Entity, type EntityResult, readNodes } from '../entities/entity-reader.js';
import { entityRunSelection } from '../selection/run-selection.js';
import { Node, NodesArgs } from '../types/node.js';

const nullDescription =
  'Null, with an error, if it cannot be returned. The code is BAD_REQUEST if the id is malformed, and FORBIDDEN if the caller may see no such object, whether or not it exists.';

/** https://relay.dev/graphql/objectidentification.htm */
@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: `The object with an id. ${nullDescription}` })
  async node(
    @Arg('id', () => ID, { description: 'The id of a task run, reporting group, task, project or organization.' })
    id: string,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Entity> {
    const [result] = await readNodes(context, [id], entityRunSelection(info), 'id');
    if (result instanceof Error) throw result;
    return result!;
  }

  @Query(() => [Node], {
    nullable: 'itemsAndList',
    description: `Up to 100 objects in the order of their ids. An item is null, with the same error as from \`node\`, if its object cannot be returned.`,
  })
  nodes(
    @Args(() => NodesArgs) { ids }: NodesArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EntityResult[]> {
    return readNodes(context, ids, entityRunSelection(info), 'ids');
  }
}
