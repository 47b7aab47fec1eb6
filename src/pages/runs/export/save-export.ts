// Writes an export to a file as it arrives or, if the browser does not support this, from memory once it is complete.

import { errorOfResponse } from '../../shared/api/error-sentence.js';
import { fetchWithToken } from '../../shared/api/graphql-client.js';
import { type ExportRequest, exportPath, type Format } from './export-request.js';

/** The largest export that is kept in memory if the browser cannot write files. */
export const maxBytesInMemory = 200_000_000;

export interface ExportProgress {
  readonly bytes: number;
  /** The number of rows; `undefined` if the format does not reveal it. */
  readonly rows: number | undefined;
}

/** https://wicg.github.io/file-system-access/#api-showsavefilepicker */
interface FilePicker {
  showSaveFilePicker?(options: object): Promise<FileSystemFileHandle>;
}

export const canWriteFiles = (window as FilePicker).showSaveFilePicker !== undefined;

interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> | void;
  finish(): Promise<void> | void;
  discard(): Promise<void>;
}

/** The content of a file, and its name. */
export interface ExportFile {
  readonly name: string;
  readonly format: Format;
}

/**
 * Saves either the complete export or nothing.
 * @returns `undefined` if no file was chosen
 * @throws UnreachableError, ApiError, or an Error if the export is too large for the browser's memory
 */
export async function saveExport(
  file: ExportFile,
  chunks: () => AsyncIterable<Uint8Array<ArrayBuffer>>,
  onProgress: (progress: ExportProgress) => void,
): Promise<ExportProgress | undefined> {
  // Comes first, because browsers show the file dialog only after a click.
  const sink = canWriteFiles ? await openFile(file) : openMemory(file);
  if (sink === undefined) return undefined;
  try {
    const counter = createRowCounter(file.format.name);
    let progress: ExportProgress = { bytes: 0, rows: counter?.rows() };
    for await (const chunk of chunks()) {
      counter?.add(chunk);
      progress = { bytes: progress.bytes + chunk.length, rows: counter?.rows() };
      onProgress(progress);
      await sink.write(chunk);
    }
    await sink.finish();
    return progress;
  } catch (error) {
    await sink.discard().catch(() => {});
    throw error;
  }
}

/** Yields a REST export as it arrives. */
export async function* streamedExport(
  request: ExportRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const response = await fetchWithToken(exportPath(request), { signal });
  if (!response.ok) throw await errorOfResponse(response);
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      if (signal.aborted) throw error;
      throw new Error('The export was interrupted. Nothing was saved.');
    });
    if (done) return;
    yield value;
  }
}

async function openFile({ name, format }: ExportFile): Promise<Sink | undefined> {
  const types = [{ description: format.label, accept: { [format.mediaType]: [`.${format.extension}`] } }];
  const options = { suggestedName: name, types };
  const file = await (window as FilePicker).showSaveFilePicker!(options).catch((error: DOMException) => {
    if (error.name === 'AbortError') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  // The file's content is replaced only when the stream is closed.
  const writable = await file.createWritable();
  return {
    write: (bytes) => writable.write(bytes),
    finish: () => writable.close(),
    discard: () => writable.abort(),
  };
}

function openMemory({ name, format }: ExportFile): Sink {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  return {
    write(chunk) {
      bytes += chunk.length;
      if (bytes > maxBytesInMemory) {
        throw new Error(
          'The export is larger than 200 MB, the most that this browser can save. The curl command has no such limit.',
        );
      }
      chunks.push(chunk);
    },
    finish() {
      const url = URL.createObjectURL(new Blob(chunks, { type: format.mediaType }));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
    async discard() {
      chunks = [];
    },
  };
}

interface RowCounter {
  add(bytes: Uint8Array): void;
  rows(): number;
}

const lineFeed = 0x0a;
const quote = 0x22;

/** Counts the runs in the bytes of an export as they arrive. Returns `undefined` for a format that is not text. */
function createRowCounter(format: Format['name']): RowCounter | undefined {
  if (format === 'parquet') return undefined;
  const isCsv = format === 'csv' || format === 'table';
  let isQuoted = false;
  let lines = 0;
  return {
    add(bytes) {
      for (const byte of bytes) {
        // A quote within quotes is doubled, which does not change the state.
        if (isCsv && byte === quote) isQuoted = !isQuoted;
        else if (byte === lineFeed && !isQuoted) lines++;
      }
    },
    // Excludes the header.
    rows: () => (isCsv ? Math.max(lines - 1, 0) : lines),
  };
}
