// Rejects requests before their document is looked up or parsed, if reporting their errors would cost too much.

import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { levelsOf } from '../../json/levels.js';
import { limits } from '../../limits.js';

const maxLines = limits.documentLines.value;

/** @throws GatewayError VALIDATION_FAILED for a document of more than 10,000 lines. */
export function assertLineCount(parameters: unknown): void {
  const document = (parameters as { readonly query?: unknown } | null | undefined)?.query;
  if (typeof document === 'string' && document.split(/\r\n|[\n\r]/, maxLines + 1).length > maxLines) {
    throw validationFailed(['query'], `must have at most ${formatCount(maxLines)} lines`, 'too_long');
  }
}

const maxMembers = limits.variableMembers.value;
const maxObjects = limits.variableObjects.value;
const maxListed = limits.variableListed.value;

/**
 * @param loc location of the variables in an error
 * @throws GatewayError VALIDATION_FAILED for variables with more than 64 levels, an object with more than 1,000
 * members, more than 2,000 objects, or lists with more than 20,000 values in total. Entity representations have a
 * separate limit.
 */
export function assertVariableSize(body: unknown, loc: readonly string[] = ['variables']): void {
  let objects = 0;
  let listed = 0;
  for (const level of levelsOf((body as { readonly variables?: unknown } | null | undefined)?.variables, loc)) {
    for (const value of level) {
      if (Array.isArray(value)) {
        listed += value.filter((member) => !isRepresentation(member)).length;
      } else {
        assertAtMost(Object.keys(value).length, maxMembers, 'an object of more than', 'members', loc);
        if (!isRepresentation(value)) objects += 1;
      }
    }
    assertAtMost(objects, maxObjects, 'more than', 'objects', loc);
    assertAtMost(listed, maxListed, 'more than', 'values of lists', loc);
  }
}

function assertAtMost(count: number, max: number, unit: string, of: string, loc: readonly string[]): void {
  if (count > max) throw validationFailed(loc, `must not contain ${unit} ${formatCount(max)} ${of}`, 'too_long');
}

/** Whether a value is an entity representation. No input type has such a member. */
function isRepresentation(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '__typename' in value;
}
