// Replaces a complete export with a new one, which is first written to a folder next to it. Readers, and the next
// process after a crash, find one of the two in the folder. Only between the two final renames is there neither, and
// the next renewal repairs that.

import { chmod, lstat, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportToFolder, type FolderExport } from './export-folder.js';
import { catalogueName, type ExportManifest, manifestName, readManifest } from './manifest.js';

/** Exports to a folder, replacing a complete export in it. An unfinished export is continued, in either folder. */
export async function renewExport(options: FolderExport): Promise<void> {
  const folder = await realpath(options.folder).catch(() => options.folder);
  const [renewed, replaced] = [`${folder}.renewed`, `${folder}.replaced`];
  await repairReplacement(folder, replaced);
  const manifest = await readManifest(folder);
  if (!manifest?.complete) {
    await exportToFolder({ ...options, folder });
    return;
  }
  await assertReplaceable(folder, manifest);
  // An export that was completed, but did not replace the other one before its process was killed, may be outdated.
  if ((await readManifest(renewed))?.complete) await removeExport(renewed);
  await exportToFolder({ ...options, folder: renewed });
  await chmod(renewed, (await stat(folder)).mode & 0o7777);
  await rename(folder, replaced);
  await rename(renewed, folder);
  await removeExport(replaced);
}

/**
 * Completes a replacement whose process was killed. @throws Error if something else has the name of the replaced export
 */
async function repairReplacement(folder: string, replaced: string): Promise<void> {
  if (!(await exists(replaced))) return;
  if ((await readManifest(replaced)) === null)
    throw new Error(`${replaced} is not an export, but --renew needs its name. Move it somewhere else.`);
  if (!(await exists(folder))) await rename(replaced, folder);
  else await removeExport(replaced);
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** @throws Error if the folder cannot be renamed, or if other files would be removed with it */
async function assertReplaceable(folder: string, manifest: ExportManifest): Promise<void> {
  if ((await stat(folder)).dev !== (await stat(dirname(folder))).dev)
    throw new Error(`${folder} is a mount point, which --renew cannot replace. Export to a folder inside it.`);
  const [foreign] = await foreignFiles(folder, manifest);
  if (foreign !== undefined)
    throw new Error(`${folder} also holds ${foreign}, which --renew would delete. Move it somewhere else.`);
}

/** Deletes an export. @throws Error if the folder contains other files */
async function removeExport(folder: string): Promise<void> {
  const manifest = await readManifest(folder);
  const [foreign] = manifest === null ? [] : await foreignFiles(folder, manifest);
  if (foreign !== undefined) throw new Error(`${folder} also holds ${foreign}: move it somewhere else.`);
  await rm(folder, { recursive: true });
}

async function foreignFiles(folder: string, { files }: ExportManifest): Promise<readonly string[]> {
  const own = new Set([manifestName, catalogueName, ...files.map(({ name }) => name)]);
  return (await readdir(folder)).filter((name) => !own.has(name) && !own.has(name.replace(/\.part$/, '')));
}
