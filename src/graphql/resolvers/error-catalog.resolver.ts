import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Info, Query, Resolver } from 'type-graphql';
import { errorList, type ListedError } from '../../errors/error-list.js';
import { limits } from '../../limits.js';
import type { GatewayContext } from '../context.js';
import { childFields } from '../selection/selected-fields.js';
import { ErrorCode } from '../types/error-catalog.js';

@Resolver()
export class ErrorCatalogResolver {
  @Query(() => [ErrorCode], { description: 'All errors that this API returns, ordered by status.' })
  errorCatalog(@Ctx() { budget }: GatewayContext, @Info() info: GraphQLResolveInfo): readonly ListedError[] {
    budget.counts.count(limits.listFields, errorList.length * childFields(info.fieldNodes, info).length);
    return errorList;
  }
}
