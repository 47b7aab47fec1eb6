/**
 * Whether a key is a relative path that stays inside the storage. Keys come from the database, which is not trusted to
 * stay there; URL parsers and file systems alike follow `..`.
 */
export function isInnerKey(key: string): boolean {
  if (key.includes('\0') || key.includes('\\')) return false;
  return key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** For keys that this program makes. */
export function assertInnerKey(key: string): void {
  if (!isInnerKey(key)) throw new Error('A storage key must be a relative path inside the storage.');
}
