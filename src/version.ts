import { readFileSync } from 'node:fs';

/** The version in `package.json`. */
export const version = '0.1.0';

/** The commit that this program was built from, which build.js has written; `unknown` where there was no repository. */
export function readCommit(): string {
  try {
    return readFileSync(new URL('../commit', import.meta.url), 'utf8');
  } catch {
    return 'unknown';
  }
}
