import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Addresses of a bundle's files, relative to its folder. */
export interface PageAssets {
  readonly script: string;
  readonly styles: readonly string[];
  /** What the script imports, directly or through others, before it runs. */
  readonly modules: readonly string[];
  /** By the names that the bundle gives them. */
  readonly workers: Readonly<Record<string, string>>;
}

/** Vite's manifest, as far as it is read: https://vite.dev/guide/backend-integration */
export type Manifest = Readonly<Record<string, Chunk>>;

interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly isEntry?: boolean;
  /** Keys of the manifest. */
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Returns undefined when no bundle was built there. */
export async function readPageAssets(directory: string): Promise<PageAssets | undefined> {
  const manifest = await readFile(join(directory, '.vite', 'manifest.json'), 'utf8').catch(() => undefined);
  return manifest === undefined ? undefined : pageAssetsOf(JSON.parse(manifest));
}

export function pageAssetsOf(manifest: Manifest): PageAssets {
  const entries = Object.values(manifest).filter(({ isEntry }) => isEntry);
  const chunks = new Set(entries.filter(({ name }) => name === 'page'));
  // A loop over a set comes to what is added meanwhile.
  for (const { imports = [] } of chunks) for (const key of imports) chunks.add(manifest[key]!);
  const [page, ...imported] = chunks;
  return {
    script: page!.file,
    styles: [...chunks].flatMap(({ css = [] }) => css),
    modules: imported.map(({ file }) => file),
    workers: Object.fromEntries(entries.filter((each) => each !== page).map(({ name, file }) => [name, file])),
  };
}
