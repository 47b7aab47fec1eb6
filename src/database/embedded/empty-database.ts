// What initdb makes, packed beside this module when dist is built. At the first start it would take 600 MB of memory and
// three seconds, since initdb in WebAssembly runs a server of its own.

import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createBrotliDecompress } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { sharedBuffers } from './pglite-server.js';

const packed = new URL('./empty-database.tar.br', import.meta.url);

/** Writes the file. The build calls it once, in a process of its own. */
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
    // Wide enough to see that the three databases in it are alike: half the bytes.
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: tar.size,
  };
  await pipeline(tar.stream(), createBrotliCompress({ params }), createWriteStream(packed));
}

/** Does nothing where none was packed, as beside the sources: PGlite makes one by itself. */
export async function unpackEmptyDatabase(directory: string): Promise<void> {
  const isPacked = await access(packed).then(() => true, falseIfMissing);
  // As it comes: PGlite's own `loadDataDir` has all of it in memory several times.
  if (isPacked) await pipeline(createReadStream(packed), createBrotliDecompress(), (tar) => unpackTar(tar, directory));
}

const blockSize = 512;

/** What PGlite writes: files and folders by names of up to a hundred ASCII characters. */
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

/** Reads as many bytes as it is asked for, fewer at the end. */
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
