// Rejects requests before their document is looked up or parsed, because reporting their errors would cost too much.

import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
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
 * @throws GatewayError VALIDATION_FAILED for an object of more than 1,000 members, more than 2,000 objects, or lists of
 *   more than 20,000 values in all, however deep. Representations of entities have a limit of their own.
 */
export function assertVariableSize(body: unknown): void {
  const pending: unknown[] = [(body as { readonly variables?: unknown } | null | undefined)?.variables];
  let objects = 0;
  let listed = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    if (Array.isArray(value)) {
      // Mere nesting costs little, since it is one error of the outer value.
      const isNesting = members.length === 1 && Array.isArray(members[0]);
      if (!isNesting) listed += members.filter((member) => !isRepresentation(member)).length;
    } else {
      assertAtMost(members.length, maxMembers, 'an object of more than', 'members');
      if (!isRepresentation(value)) objects += 1;
    }
    assertAtMost(objects, maxObjects, 'more than', 'objects');
    assertAtMost(listed, maxListed, 'more than', 'values of lists');
    for (const member of members) if (typeof member === 'object') pending.push(member);
  }
}

function assertAtMost(count: number, max: number, unit: string, of: string): void {
  if (count > max)
    throw validationFailed(['variables'], `must not contain ${unit} ${formatCount(max)} ${of}`, 'too_long');
}

/** Whether a value is the representation of an entity. No input type has such a member. */
function isRepresentation(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '__typename' in value;
}
