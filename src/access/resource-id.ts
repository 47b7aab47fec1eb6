/** Ids begin with a millisecond timestamp and have arbitrary version and variant digits: not RFC 4122. */
const resourceId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the value is 8-4-4-4-12 hexadecimal digits, in any case. */
export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && resourceId.test(value);
}
