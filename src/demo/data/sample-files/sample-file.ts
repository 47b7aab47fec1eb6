import type { FileDirection } from '../../../database/entities/task-run-file.entity.js';

/** A file that runs of the demo data share. Its bytes are made by code, so every machine has the same. */
export interface SampleFile {
  /** Where the file storage keeps the bytes. */
  readonly storageKey: string;
  /** What runs call it; several names are tried, as people do. */
  readonly names: readonly string[];
  readonly contentType: string;
  readonly direction: FileDirection;
  readonly bytes: Uint8Array;
}
