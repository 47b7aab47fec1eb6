import { join } from 'node:path';
import { isDatabase } from '../../database/embedded/database-directory.js';
import { findHolder } from '../../database/embedded/directory-lock.js';
import { type AddFinding, ok } from './finding.js';

/** Checks the folder without opening the database, which only one process may do. */
export async function checkEmbeddedDatabase(dataDir: string, add: AddFinding): Promise<void> {
  const directory = join(dataDir, 'database');
  if (!(await isDatabase(directory))) {
    return add(ok('database', `The embedded database will be created in ${directory} at the first start.`));
  }
  const holder = await findHolder(directory);
  add(
    ok(
      'database',
      `Embedded database in ${directory}, ${holder === null ? 'not in use' : `in use by gateway process ${holder}`}.`,
    ),
  );
}
