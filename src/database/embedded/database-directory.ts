import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a database was made in the folder. */
export function isDatabase(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}
