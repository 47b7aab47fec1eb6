import { crc32, inflateSync } from 'node:zlib';
import { createDemoRuns } from '../../../src/demo/data/fill-demo-data.js';
import { sampleFiles } from '../../../src/demo/data/sample-files.js';

const bytesOf = (ending: string) =>
  sampleFiles
    .filter(({ storageKey }) => storageKey.endsWith(ending))
    .map(({ storageKey, bytes }) => [storageKey, Buffer.from(bytes)] as const);

describe('the demo files', () => {
  it('match the runs that name them, in type and size', () => {
    const objects = new Map(sampleFiles.map((file) => [file.storageKey, file]));
    for (const { files } of createDemoRuns()) {
      for (const { storageKey, sizeBytes, contentType } of files) {
        expect(sizeBytes).toBe(objects.get(storageKey)!.bytes.length);
        expect(contentType).toBe(objects.get(storageKey)!.contentType);
      }
      expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
    }
  });

  it.each(bytesOf('.png'))('%s is a whole PNG image', (_key, bytes) => {
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const chunks: Record<string, Buffer> = {};
    for (let at = 8; at < bytes.length; ) {
      const end = at + 8 + bytes.readUInt32BE(at);
      expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
      chunks[bytes.toString('latin1', at + 4, at + 8)] = bytes.subarray(at + 8, end);
      at = end + 4;
    }
    expect(Object.keys(chunks)).toEqual(['IHDR', 'IDAT', 'IEND']);
    const [width, height] = [chunks.IHDR!.readUInt32BE(0), chunks.IHDR!.readUInt32BE(4)];
    expect(inflateSync(chunks.IDAT!)).toHaveLength(height * (1 + 3 * width));
  });

  it.each(bytesOf('.wav'))('%s is a whole WAV sound', (_key, bytes) => {
    expect(bytes.toString('latin1', 0, 4)).toBe('RIFF');
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes.toString('latin1', 8, 16)).toBe('WAVEfmt ');
    expect(bytes.toString('latin1', 36, 40)).toBe('data');
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
  });

  it.each(bytesOf('.pdf'))('%s is a PDF document whose cross-references fit', (_key, bytes) => {
    const text = bytes.toString('latin1');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]);
    const [, ...entries] = text.slice(start).match(/^\d{10} \d{5} [fn] $/gm)!;
    entries.forEach((entry, index) => {
      expect(text.slice(Number(entry.slice(0, 10)))).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    });
    const [, length, stream] = /\/Length (\d+) >>\nstream\n(.*)\nendstream/.exec(text)!;
    expect(stream).toHaveLength(Number(length));
  });

  it.each([...bytesOf('.csv'), ...bytesOf('.txt')])('%s is text in UTF-8', (_key, bytes) => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    expect(text).toMatch(/\n$/);
  });
});
