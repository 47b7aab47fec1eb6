/** Ids begin with a millisecond timestamp and have arbitrary version and variant digits: not RFC 4122. */
export const resourceIdPattern = '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$';
const resourceId = new RegExp(resourceIdPattern);

/** Whether the value is 8-4-4-4-12 hexadecimal digits, in any case. */
export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && resourceId.test(value);
}
