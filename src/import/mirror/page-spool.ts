import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Strings on disk that are read in reverse order. */
export interface PageSpool {
  push(text: string): Promise<void>;
  /** Yields the strings, last first. */
  reversed(): AsyncIterable<string>;
}

/** Runs an action with a spool, which is deleted afterwards. */
export async function withPageSpool<T>(action: (spool: PageSpool) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'task-run-import-'));
  const file = await open(join(folder, 'pages'), 'w+', 0o600);
  const remove = () => rm(folder, { recursive: true });
  // An open file without a name always disappears with the process. Windows does not support this.
  if (process.platform !== 'win32') await remove();
  const ends = [0];
  try {
    return await action({
      async push(text) {
        const bytes = Buffer.from(text);
        await file.writeFile(bytes);
        ends.push(ends.at(-1)! + bytes.length);
      },
      async *reversed() {
        for (let page = ends.length - 1; page > 0; page -= 1) {
          const start = ends[page - 1]!;
          const size = ends[page]! - start;
          const { buffer } = await file.read(Buffer.alloc(size), 0, size, start);
          yield buffer.toString();
        }
      },
    });
  } finally {
    await file.close();
    if (process.platform === 'win32') await remove();
  }
}
