import { limits } from '../limits.js';
import type { JsonSchema } from './openapi/operation.js';

/** Returns the schema of the query parameter `page_limit`. */
export function pageLimit(items: string): JsonSchema {
  return {
    type: 'integer',
    minimum: 1,
    maximum: limits.restPageSize.value,
    default: limits.defaultRestPageSize.value,
    description: `The maximum number of ${items} on a page.`,
  };
}
