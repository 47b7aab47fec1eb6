import { exportFileName } from '../../../src/export/export-file-name.js';
import { toContentDisposition } from '../../../src/files/file-headers.js';

const id = '01a01e2f-2000-71a3-9c64-0eae882a5626';
const now = Date.parse('2026-12-02T08:00:00Z');

describe('the name of an export', () => {
  it.each([
    [{}, '2026-12-02'],
    [{ createdAfter: '2026-11-01', createdBefore: '2026-12-01' }, '2026-11-01_2026-11-30'],
    [{ createdAfter: '2026-11-01', createdBefore: '2026-11-30T12:00:00Z' }, '2026-11-01_2026-11-30'],
    [{ createdAfter: '2026-11-01T23:30:00-02:00' }, '2026-11-02_2026-12-02'],
    [{ createdAfter: '-24h' }, '2026-12-01_2026-12-02'],
    [{ createdBefore: '2026-12-01' }, 'until_2026-11-30'],
    [{ createdAfter: '2026-11-01', createdBefore: '2026-11-01' }, '2026-11-01_2026-11-01'],
    [{ createdAfter: '2027-01-01' }, '2027-01-01_2027-01-01'],
  ])('contains the days of %j', (period, days) => {
    const { fileName } = exportFileName({ name: 'Support triage', id }, { ...period, now }, 'csv');
    expect(fileName).toBe(`support-triage_${days}.csv`);
  });

  it.each([
    ['Support triage', 'support-triage', 'support-triage'],
    ['  ../Q3: "50 %" & more; ', 'q3-50-more', 'q3-50-more'],
    ['Übersetzung – Größe', 'übersetzung-größe', 'ubersetzung-gro-e'],
    ['翻訳', '翻訳', id],
    ['\u202e…', id, id],
    [null, id, id],
    ['a'.repeat(200), 'a'.repeat(80), 'a'.repeat(80)],
  ])('is a slug of %j, and in ASCII another', (name, slug, ascii) => {
    expect(exportFileName({ name, id }, { now }, 'ndjson')).toEqual({
      fileName: `${slug}_2026-12-02.ndjson`,
      asciiFileName: `${ascii}_2026-12-02.ndjson`,
    });
  });

  it('stands in both forms in Content-Disposition', () => {
    expect(toContentDisposition('attachment', 'größe.csv', 'gro-e.csv')).toBe(
      `attachment; filename="gro-e.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv`,
    );
    expect(toContentDisposition('attachment', 'a.csv', 'a.csv')).toBe('attachment; filename="a.csv"');
  });
});
