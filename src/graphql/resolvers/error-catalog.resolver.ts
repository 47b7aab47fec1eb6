import { Directive, Query, Resolver } from 'type-graphql';
import { errorList, type ListedError } from '../../errors/error-list.js';
import { ErrorCode } from '../types/error-code.type.js';

@Resolver()
export class ErrorCatalogResolver {
  @Query(() => [ErrorCode], { description: 'Every error that this API returns, by status.' })
  @Directive('@listSize(assumedSize: 50)')
  errorCatalog(): readonly ListedError[] {
    return errorList;
  }
}
