import { sampleFiles } from './sample-files/index.js';

/** What the file storage must hold for the demo runs' files: each object once, whatever the number of runs. */
export function demoObjects(): readonly { readonly storageKey: string; readonly bytes: Uint8Array }[] {
  return sampleFiles;
}
