// The empty database that initdb creates, packed into this module's folder when dist is built. Creating it at the first
// start would take 600 MB of memory and three seconds, because initdb in WebAssembly runs a second server.

import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { sharedBuffers } from './pglite-server.js';

const packed = new URL('./empty-database.tar.br', import.meta.url);

/** Writes the archive. The build calls this in a separate process. */
export async function packEmptyDatabase(): Promise<void> {
  const pglite = await PGlite.create({
    initDbStartParams: [...sharedBuffers],
    startParams: [...PGlite.defaultStartParams, ...sharedBuffers],
  });
  await pglite.exec('CHECKPOINT');
  const tar = await pglite.dumpDataDir('none');
  await pglite.close();
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    // The archive contains three nearly identical databases. A window that spans all of them halves its size.
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: tar.size,
  };
  await pipeline(tar.stream(), createBrotliCompress({ params }), createWriteStream(packed));
}

/** Unpacks the archive. Does nothing if there is no archive, as when running from source; PGlite then runs initdb. */
export async function unpackEmptyDatabase(directory: string): Promise<void> {
  const isPacked = await access(packed).then(() => true, falseIfMissing);
  // Streams the archive, because PGlite's `loadDataDir` would hold several copies of it in memory.
  if (isPacked) await pipeline(createReadStream(packed), createBrotliDecompress(), (tar) => unpackTar(tar, directory));
}

const blockSize = 512;

/**
 * Unpacks a tar archive in the form that PGlite writes: files and folders with names of up to a hundred ASCII
 * characters.
 */
async function unpackTar(tar: AsyncIterable<Buffer>, directory: string): Promise<void> {
  const read = createReader(tar);
  for (let header = await read(blockSize); header.length > 0 && header[0] !== 0; header = await read(blockSize)) {
    const field = (start: number, end: number) => header.toString('latin1', start, end).replace(/\0.*$/s, '');
    const path = join(directory, field(0, 100));
    const size = Number.parseInt(field(124, 136), 8);
    const isFolder = field(156, 157) === '5';
    await mkdir(isFolder ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (isFolder) continue;
    await writeFile(path, await read(size), { mode: 0o600 });
    await read(-size & (blockSize - 1));
  }
}

/** Returns a function that reads the given number of bytes, or fewer at the end. */
function createReader(source: AsyncIterable<Buffer>): (size: number) => Promise<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return async (size) => {
    const parts = [rest];
    for (let length = rest.length; length < size; length += parts.at(-1)!.length) {
      const { done, value } = await chunks.next();
      if (done) break;
      parts.push(value);
    }
    const bytes = Buffer.concat(parts);
    rest = bytes.subarray(size);
    return bytes.subarray(0, size);
  };
}

function falseIfMissing(error: NodeJS.ErrnoException): false {
  if (error.code !== 'ENOENT') throw error;
  return false;
}
