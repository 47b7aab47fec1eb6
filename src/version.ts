import { readFileSync } from 'node:fs';

/** The version in `package.json`. */
export const version = '1.0.0-rc.1';

/**
 * Returns the commit from which this program was built, which build.js wrote, or `unknown` if there was no repository.
 */
export function readCommit(): string {
  try {
    return readFileSync(new URL('../commit', import.meta.url), 'utf8');
  } catch {
    return 'unknown';
  }
}
