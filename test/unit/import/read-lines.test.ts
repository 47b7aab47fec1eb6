import { readLines } from '../../../src/import/lines.js';

async function* chunksOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

describe('the lines of a stream', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['\n\na\n', ['', '', 'a']],
    ['größer\n\u{1F600}\n', ['größer', '\u{1F600}']],
    ['a\r\n', ['a\r']],
  ])('do not depend on how the stream is cut: %j', async (text, lines) => {
    for (let size = 1; size <= 12; size += 1) {
      const found: string[] = [];
      for await (const line of readLines(chunksOf(text, size))) found.push(line.toString());
      expect(found).toEqual(lines);
    }
  });

  it('end where one is longer than PostgreSQL takes', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(1_048_576, 'x');
    }
    await expect(readLines(endless()).next()).rejects.toThrow('A line has more than 268435456 bytes.');
  });
});
