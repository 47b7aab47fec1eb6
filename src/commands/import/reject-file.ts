import { open, rm } from 'node:fs/promises';

/** Where the very lines go that could not be imported. */
export interface RejectFile {
  add(bytes: Uint8Array): Promise<void>;
  /** Leaves no empty file behind. */
  close(): Promise<void>;
}

/** undefined: nowhere. @throws Error when there is such a file already: it may hold the lines of another import */
export async function openRejectFile(path: string | undefined): Promise<RejectFile> {
  if (path === undefined) return { add: async () => {}, close: async () => {} };
  const file = await open(path, 'wx');
  let isEmpty = true;
  return {
    async add(bytes) {
      isEmpty = false;
      await file.writeFile(bytes);
      await file.writeFile('\n');
    },
    async close() {
      await file.close();
      if (isEmpty) await rm(path);
    },
  };
}
