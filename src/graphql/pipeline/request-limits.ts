// What is rejected before a document is looked up or parsed, because reporting its errors would cost too much.

import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

const maxLines = limits.documentLines.value;

/** @throws GatewayError VALIDATION_FAILED for a document of more than 10,000 lines. */
export function rejectManyLines(parameters: unknown): void {
  const document = (parameters as { readonly query?: unknown } | null | undefined)?.query;
  if (typeof document === 'string' && document.split(/\r\n|[\n\r]/, maxLines + 1).length > maxLines) {
    throw validationFailed(['query'], `must have at most ${maxLines} lines`, 'too_long');
  }
}

const maxMembers = limits.variableMembers.value;

/** @throws GatewayError VALIDATION_FAILED for an object of more than 1,000 members, however deep. */
export function rejectManyMembers(body: unknown): void {
  const pending: unknown[] = [(body as { readonly variables?: unknown } | null | undefined)?.variables];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    if (!Array.isArray(value) && members.length > maxMembers) {
      throw validationFailed(
        ['variables'],
        `must not contain an object of more than ${maxMembers} members`,
        'too_long',
      );
    }
    for (const member of members) if (typeof member === 'object') pending.push(member);
  }
}
