// Parses the manifest.json of an export.

import { isResourceId } from '../access/resource-id.js';
import { catalogueName, type ExportedFile, manifestFormat, manifestVersion } from '../export/folder/manifest.js';

export interface Manifest {
  readonly orgId: string;
  readonly projectId: string;
  readonly files: readonly ExportedFile[];
}

/** @throws Error with the reason why an export with this manifest cannot be imported */
export function parseManifest(text: string): Manifest {
  const manifest = parseObject(text);
  if (manifest.format !== manifestFormat) {
    throw new Error(`The manifest does not belong to an export: its format is not ${manifestFormat}.`);
  }
  if (manifest.version !== manifestVersion) {
    throw new Error(`The export has version ${manifest.version}, but this program reads version ${manifestVersion}.`);
  }
  if (manifest.kind !== 'jsonl') {
    throw new Error(`An export as ${manifest.kind} cannot be imported. Export with --format jsonl.`);
  }
  if (manifest.complete !== true) {
    throw new Error('The export is not complete. Run the export again to continue it.');
  }
  const { org_id: orgId, project_id: projectId, files } = manifest;
  if (!isResourceId(orgId) || !isResourceId(projectId)) {
    throw new Error('The manifest does not name an organization and a project.');
  }
  if (!Array.isArray(files)) throw new Error('The manifest lists no files.');
  return { orgId: orgId.toLowerCase(), projectId: projectId.toLowerCase(), files: files.map(parseFile) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The message of JSON.parse would not help an operator.
  }
  throw new Error('The manifest is not a JSON object.');
}

function parseFile(entry: unknown): ExportedFile {
  const { name, rows, bytes, sha256 } = Object(entry) as Partial<ExportedFile>;
  // Any other name could lead out of the folder.
  if (typeof name !== 'string' || (name !== catalogueName && !/^runs-\d{5,}\.jsonl$/.test(name))) {
    throw new Error(`The manifest lists a file that does not belong to an export: ${JSON.stringify(name)}.`);
  }
  const isCounted = Number.isSafeInteger(rows) && Number.isSafeInteger(bytes);
  if (!isCounted || typeof sha256 !== 'string')
    throw new Error(`The manifest lacks the row count, size or SHA-256 of ${name}.`);
  return { name, rows: rows!, bytes: bytes!, sha256 };
}
