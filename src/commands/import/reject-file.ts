import { open, rm } from 'node:fs/promises';

/** Where the very lines go that could not be imported. */
export interface RejectFile {
  add(bytes: Uint8Array): Promise<void>;
}

/**
 * Leaves no empty file behind. `path` undefined: lines are not kept.
 * @throws Error when there is such a file already: it may hold the lines of another import
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
