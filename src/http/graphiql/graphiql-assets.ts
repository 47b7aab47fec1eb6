import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** What build.js says of its bundle. */
interface Manifest {
  /** Changes with any of the files. */
  readonly version: string;
  /** The scripts the page needs before it can show anything. */
  readonly modules: readonly string[];
}

export interface GraphiqlAssets extends Manifest {
  readonly files: ReadonlyMap<string, Asset>;
}

export interface Asset {
  readonly contentType: string;
  readonly identity: Buffer;
  /** The same content compressed; absent where compressing does not pay. */
  readonly br?: Buffer;
  readonly gzip?: Buffer;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Reads all of a bundle into memory; undefined when none was built there. */
export async function readGraphiqlAssets(directory: string): Promise<GraphiqlAssets | undefined> {
  const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => undefined);
  if (manifest === undefined) return undefined;
  const contents = new Map<string, Buffer>();
  for (const name of await readdir(directory)) contents.set(name, await readFile(join(directory, name)));
  const files = new Map<string, Asset>();
  for (const [name, identity] of contents) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const [br, gzip] = [contents.get(`${name}.br`), contents.get(`${name}.gz`)];
    files.set(name, { contentType, identity, ...(br && { br }), ...(gzip && { gzip }) });
  }
  return { ...(JSON.parse(manifest) as Manifest), files };
}
