import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { GatewayContext } from '../context.js';
import { JSONScalar } from '../scalars/index.js';
import { TaskRunStatsGroup } from '../types/statistics.js';
import type { StatisticsView } from './statistics-view.js';

@Resolver(() => TaskRunStatsGroup)
export class TaskRunStatsGroupResolver {
  @FieldResolver(() => JSONScalar, {
    nullable: true,
    description:
      "The value itself; null for runs without one, which JSON's null is as well. Of equal values that are written with numbers of different scale, one.",
  })
  @Directive('@tag(name: "payload")')
  json(@Root() group: StatisticsView, @Ctx() { budget }: GatewayContext): RawJson | null {
    const json = group.jsonWithin(Math.min(budget.maxBytes, limits.groupJsonBytes.value));
    if (json !== null) budget.write(json.text);
    return json;
  }
}
