import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AddFinding, failed, ok } from './finding.js';

const check = 'data folder';

/** Checks that the gateway can make the folder at its start, and in it the keys that are not configured. */
export async function checkDataFolder(dataDir: string, add: AddFinding): Promise<void> {
  const existing = await nearestExisting(dataDir);
  const status = await stat(existing);
  const remedy = `Let the user of the gateway write to it, or set DATA_DIR to another folder.`;
  if (!status.isDirectory()) return add(failed(check, `${existing} is not a folder.`, remedy));
  const isWritable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) return add(failed(check, `${existing} is not writable.`, remedy));
  add(ok(check, existing === dataDir ? `${dataDir} is writable.` : `${dataDir} will be created at the first start.`));
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return nearestExisting(dirname(path));
  }
}
