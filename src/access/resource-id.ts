/** Ids may be any UUID of PostgreSQL: their version and variant digits are arbitrary, and need not be those of RFC 9562. */
export const resourceIdPattern = '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$';
const resourceId = new RegExp(resourceIdPattern);

/** Returns the id of 32 hexadecimal digits. */
export function formatId(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whether the value is 8-4-4-4-12 hexadecimal digits, in any case. */
export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && resourceId.test(value);
}
