import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether the folder has a database. */
export function isDatabase(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}
