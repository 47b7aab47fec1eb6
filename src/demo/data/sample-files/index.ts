// The files of demo runs: few and tiny, shared by all runs.

import type { FileDirection } from '../../../database/entities/task-run-file.entity.js';
import { createPdf } from './pdf.js';
import { createPng } from './png.js';
import { createWav } from './wav.js';

/** A file of demo runs. Its bytes are made by code, so they are the same on every machine. */
export interface SampleFile {
  /** The key of the bytes in the file storage. */
  readonly storageKey: string;
  /** Its names in runs; people use several. */
  readonly names: readonly string[];
  readonly contentType: string;
  readonly direction: FileDirection;
  readonly bytes: Uint8Array;
}

export const receiptPhoto: SampleFile = {
  storageKey: 'demo/receipt.png',
  names: ['receipt.png', 'Beleg Café 3.png', 'IMG_2041.png'],
  contentType: 'image/png',
  direction: 'INPUT',
  // Dark lines of text on paper.
  bytes: createPng(48, 64, (x, y) => (y % 6 < 2 && x > 4 && x < 40 - ((y * 7) % 19) ? [52, 58, 64] : [250, 247, 238])),
};

export const productPhoto: SampleFile = {
  storageKey: 'demo/product.png',
  names: ['product.png', '商品写真.png'],
  contentType: 'image/png',
  direction: 'INPUT',
  bytes: createPng(40, 40, (x, y) => ((x - 20) ** 2 + (y - 20) ** 2 < 225 ? [214, 93, 40] : [232, 238, 244])),
};

export const screenshot: SampleFile = {
  storageKey: 'demo/screenshot.png',
  names: ['screenshot.png', 'Bildschirmfoto 2026-10-02 um 09.41.12.png'],
  contentType: 'image/png',
  direction: 'INPUT',
  bytes: createPng(64, 40, (x, y) =>
    y < 6 ? [40, 70, 120] : x > 20 && x < 44 && y > 16 && y < 28 ? [200, 40, 40] : [255, 255, 255],
  ),
};

export const invoiceDocument: SampleFile = {
  storageKey: 'demo/invoice.pdf',
  names: ['invoice.pdf', 'Rechnung März 2026.pdf', '請求書.pdf'],
  contentType: 'application/pdf',
  direction: 'INPUT',
  bytes: createPdf(['Brightwater Supplies Ltd', 'Invoice 2026/10422', 'Copy paper A4, 12 boxes: 148.20 GBP']),
};

export const reviewTable: SampleFile = {
  storageKey: 'demo/reviews.csv',
  names: ['reviews.csv', 'reviews (1).csv'],
  contentType: 'text/csv',
  direction: 'INPUT',
  bytes: Buffer.from(
    'product,stars,review\r\nSKU-2041,5,"Boils in under a minute, and quietly"\r\nSKU-2041,2,Zu laut für ein Büro\r\n',
  ),
};

export const extractedTable: SampleFile = {
  storageKey: 'demo/extracted.csv',
  names: ['extracted.csv'],
  contentType: 'text/csv',
  direction: 'OUTPUT',
  bytes: Buffer.from('position,article,quantity,unit_price\r\n1,"Copy paper A4, 80 g/m²",12,12.35\r\n'),
};

export const voiceNote: SampleFile = {
  storageKey: 'demo/voice-note.wav',
  names: ['voice-note.wav', 'Anruf von +49 30 1234567.wav'],
  contentType: 'audio/wav',
  direction: 'INPUT',
  bytes: createWav(250, 440),
};

export const transcript: SampleFile = {
  storageKey: 'demo/transcript.txt',
  names: ['transcript.txt'],
  contentType: 'text/plain',
  direction: 'OUTPUT',
  bytes: Buffer.from(
    'Caller: My parcel has been “out for delivery” for a week.\nAgent: I am sorry – let me look into it. ✓\n',
  ),
};

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
