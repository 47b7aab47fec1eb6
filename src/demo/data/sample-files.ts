// The files of demo runs: few and tiny, shared by all runs.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { FileDirection } from '../../database/entities/task-run-file.entity.js';

/** A file of demo runs. */
export interface SampleFile {
  /** The storage key of its bytes. */
  readonly storageKey: string;
  /** Its names in runs, because people use several. */
  readonly names: readonly string[];
  readonly contentType: string;
  readonly direction: FileDirection;
  readonly bytes: Uint8Array;
}

/** Returns a file whose bytes are in the `sample-files` folder, and are read at first use. */
function sampleFile(file: Omit<SampleFile, 'bytes'>): SampleFile {
  let bytes: Uint8Array | undefined;
  return {
    ...file,
    get bytes() {
      bytes ??= readFileSync(new URL(`../sample-files/${basename(file.storageKey)}`, import.meta.url));
      return bytes;
    },
  };
}

export const receiptPhoto = sampleFile({
  storageKey: 'demo/receipt.png',
  names: ['receipt.png', 'Beleg Café 3.png', 'IMG_2041.png'],
  contentType: 'image/png',
  direction: 'INPUT',
});

export const productPhoto = sampleFile({
  storageKey: 'demo/product.png',
  names: ['product.png', '商品写真.png'],
  contentType: 'image/png',
  direction: 'INPUT',
});

export const screenshot = sampleFile({
  storageKey: 'demo/screenshot.png',
  names: ['screenshot.png', 'Bildschirmfoto 2026-10-02 um 09.41.12.png'],
  contentType: 'image/png',
  direction: 'INPUT',
});

export const invoiceDocument = sampleFile({
  storageKey: 'demo/invoice.pdf',
  names: ['invoice.pdf', 'Rechnung März 2026.pdf', '請求書.pdf'],
  contentType: 'application/pdf',
  direction: 'INPUT',
});

export const reviewTable = sampleFile({
  storageKey: 'demo/reviews.csv',
  names: ['reviews.csv', 'reviews (1).csv'],
  contentType: 'text/csv',
  direction: 'INPUT',
});

export const extractedTable = sampleFile({
  storageKey: 'demo/extracted.csv',
  names: ['extracted.csv'],
  contentType: 'text/csv',
  direction: 'OUTPUT',
});

export const voiceNote = sampleFile({
  storageKey: 'demo/voice-note.wav',
  names: ['voice-note.wav', 'Anruf von +49 30 1234567.wav'],
  contentType: 'audio/wav',
  direction: 'INPUT',
});

export const transcript = sampleFile({
  storageKey: 'demo/transcript.txt',
  names: ['transcript.txt'],
  contentType: 'text/plain',
  direction: 'OUTPUT',
});

export const sampleFiles: readonly SampleFile[] = [
  receiptPhoto,
  productPhoto,
  screenshot,
  invoiceDocument,
  reviewTable,
  extractedTable,
  voiceNote,
  transcript,
];
