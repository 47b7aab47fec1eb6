/**
 * Ids may be any UUID that PostgreSQL accepts. Their version and variant digits are arbitrary and need not follow RFC
 * 9562.
 */
export const resourceIdPattern = '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$';
const resourceId = new RegExp(resourceIdPattern);

/** Formats 32 hexadecimal digits as an id. */
export function formatId(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Returns whether the value consists of 8-4-4-4-12 hexadecimal digits, in upper or lower case. */
export function isResourceId(value: unknown): value is string {
  return typeof value === 'string' && resourceId.test(value);
}
