import { Ctx, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { Viewer } from '../types/viewer.type.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'The caller, as identified by the bearer token.' })
  viewer(@Ctx() context: GatewayContext): Viewer {
    return context.caller;
  }
}
