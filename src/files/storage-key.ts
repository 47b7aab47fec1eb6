/**
 * Whether a key is a relative path that stays where it begins. Keys come from the database, which is trusted less than
 * the storage's borders; URL parsers and file systems alike follow `..`.
 */
export function isInnerKey(key: string): boolean {
  if (key.includes('\0') || key.includes('\\')) return false;
  return key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** For keys of our own making. */
export function assertInnerKey(key: string): void {
  if (!isInnerKey(key)) throw new Error('A storage key must be a relative path inside the storage.');
}
