import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of one page, relative to the bundle's folder. */
export interface PageAssets {
  readonly script: string;
  /** Styles in cascade order: a page's own rules follow the shared ones that they refine. */
  readonly styles: readonly string[];
  /** The modules that the script imports, directly or indirectly, before it runs. */
  readonly modules: readonly string[];
  /** The fonts of the first paint. */
  readonly fonts: readonly string[];
  /** A classic script that applies the chosen colours before the first paint. */
  readonly theme: string | undefined;
}

export interface Bundle {
  /** The assets of each page, by the names of the bundle's entries. */
  readonly pages: Readonly<Record<PageName, PageAssets>>;
  readonly workers: Readonly<Record<string, string>>;
}

export type PageName = 'graphiql' | 'runs' | 'reference' | 'static';

/** The parts of Vite's manifest that are used: https://vite.dev/guide/backend-integration */
export type Manifest = Readonly<Record<string, Chunk>>;

interface Chunk {
  readonly file: string;
  readonly name?: string;
  readonly isEntry?: boolean;
  /** Keys of the manifest. */
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Returns `undefined` if the directory contains no bundle. */
export async function readBundle(directory: string): Promise<Bundle | undefined> {
  const manifest = await readManifest(directory);
  return manifest && bundleOf(manifest);
}

/** Returns the assets of a page with a separate bundle, or `undefined` if the directory contains no bundle. */
export async function readSeparatePage(directory: string, name: string): Promise<PageAssets | undefined> {
  const manifest = await readManifest(directory);
  return manifest && assetsOf(manifest, name);
}

async function readManifest(directory: string): Promise<Manifest | undefined> {
  const text = await readFile(join(directory, '.vite', 'manifest.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

export function bundleOf(manifest: Manifest): Bundle {
  const entries = Object.values(manifest).filter(({ isEntry }) => isEntry);
  const workers = entries.filter(({ name }) => name?.endsWith('.worker'));
  return {
    pages: {
      graphiql: assetsOf(manifest, 'graphiql'),
      runs: assetsOf(manifest, 'runs'),
      reference: assetsOf(manifest, 'reference'),
      static: assetsOf(manifest, 'static'),
    },
    workers: Object.fromEntries(workers.map(({ name, file }) => [name, file])),
  };
}

/** Letters of most texts, in both weights. */
const firstFonts = /roboto-latin-\d+-normal\.woff2$/;

function assetsOf(manifest: Manifest, pageName: string): PageAssets {
  const chunks = new Set(Object.values(manifest).filter(({ isEntry, name }) => isEntry && name === pageName));
  // A loop over a set includes entries that are added during the loop.
  for (const { imports = [] } of chunks) for (const key of imports) chunks.add(manifest[key]!);
  const [page, ...imported] = chunks;
  return {
    script: page!.file,
    styles: afterTheirImports(manifest, page!).flatMap((chunk) => stylesOf(manifest, chunk)),
    modules: imported.map(({ file }) => file),
    fonts: Object.entries(manifest).flatMap(([key, { file }]) => (firstFonts.test(key) ? [file] : [])),
    theme: manifest['shared/theme/apply-theme.ts']?.file,
  };
}

/** Vite lists styles that pages share after those of the page, which refine them. */
function stylesOf(manifest: Manifest, { css = [] }: Chunk): readonly string[] {
  const isShared = (file: string) =>
    Object.entries(manifest).some(([key, chunk]) => key.startsWith('_') && chunk.file === file);
  return [...css.filter(isShared), ...css.filter((file) => !isShared(file))];
}

/** Returns a chunk and everything that it imports. As in module evaluation, each chunk follows its own imports. */
function afterTheirImports(manifest: Manifest, chunk: Chunk, reached = new Set<Chunk>()): readonly Chunk[] {
  if (reached.has(chunk)) return [];
  reached.add(chunk);
  const imported = (chunk.imports ?? []).flatMap((key) => afterTheirImports(manifest, manifest[key]!, reached));
  return [...imported, chunk];
}
