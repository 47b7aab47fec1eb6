import { open, rm } from 'node:fs/promises';

/** The file for the bytes of lines that could not be imported. */
export interface RejectFile {
  add(bytes: Uint8Array): Promise<void>;
}

/**
 * Opens the file during an action, and removes it if it stays empty. `path` undefined: lines are not kept.
 * @throws Error if the file exists, because it may hold lines of another import
 */
export async function withRejectFile(
  path: string | undefined,
  action: (rejected: RejectFile) => Promise<void>,
): Promise<void> {
  if (path === undefined) return action({ add: async () => {} });
  const file = await open(path, 'wx', 0o600);
  let isEmpty = true;
  try {
    await action({
      async add(bytes) {
        isEmpty = false;
        await file.writeFile(bytes);
        await file.writeFile('\n');
      },
    });
  } finally {
    await file.close();
    if (isEmpty) await rm(path);
  }
}
