import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { readCsvRecords } from '../../../../src/import/rows/csv-records.js';

async function* chunksOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function recordsOf(text: string | Buffer, size = 1, delimiter = ',') {
  const records = [];
  for await (const record of readCsvRecords(chunksOf(Buffer.from(text), size), delimiter)) records.push(record);
  return records;
}

const cellsOf = async (text: string, size?: number) =>
  (await recordsOf(text, size)).map(({ cells }) => cells.map((cell) => cell.text));

describe('records of CSV', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['\uFEFFa\n\n\r\nb\n', [['a'], ['b']]],
    ['"a ""b""\r\n,c",\n', [['a "b"\r\n,c', '']]],
    ['a "b",c\rd\n', [['a "b"', 'c\rd']]],
    ['"",,""""\n', [['', '', '"']]],
    ['', []],
  ])('parse %j as %j', async (text, cells) => {
    expect(await cellsOf(text)).toEqual(cells);
    expect(await cellsOf(text, 1000)).toEqual(cells);
  });

  it.each([';', '\t', '|'])('have cells with the delimiter %j between them', async (delimiter) => {
    const text = ['a', '"b;|\t"', '0,15', '""', 'c'].join(delimiter);
    for (const size of [1, 1000]) {
      const [record] = await recordsOf(`${text}\n`, size, delimiter);
      expect(record!.cells.map((cell) => cell.text)).toEqual(['a', 'b;|\t', '0,15', '', 'c']);
    }
  });

  it('keep their text, their line, and whether a cell was quoted', async () => {
    expect(await recordsOf('a\r\n"b\nc",\r\n\r\nd\r\n')).toEqual([
      { cells: [{ text: 'a', isQuoted: false }], raw: 'a', line: 1 },
      {
        cells: [
          { text: 'b\nc', isQuoted: true },
          { text: '', isQuoted: false },
        ],
        raw: '"b\nc",',
        line: 2,
      },
      { cells: [{ text: 'd', isQuoted: false }], raw: 'd', line: 5 },
    ]);
  });

  it('name what is wrong with quotes', async () => {
    const faults = async (text: string) => (await recordsOf(text)).map(({ fault }) => fault);
    expect(await faults('"a"b\nc\n"d')).toEqual([
      'The row has characters after the closing quote of a cell.',
      undefined,
      'The last cell has no closing quote.',
    ]);
  });

  it('fail where the bytes are not UTF-8', async () => {
    await expect(recordsOf(Buffer.from([0x61, 0xff]))).rejects.toThrow('The file must be UTF-8.');
    await expect(recordsOf(Buffer.from([0x61, 0xc3]))).rejects.toThrow('The file must be UTF-8.');
  });

  it('equal those that were written, in chunks of any size', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ä', '😀', '"', ',', '\r', '\n', "'") });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const written = stringify(rows, { quoted: true, record_delimiter: '\r\n' });
          expect(await cellsOf(written, size)).toEqual(rows);
        },
      ),
      { seed: 1 },
    );
  });
});
