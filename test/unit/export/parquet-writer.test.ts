import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { exportColumns, exportGroups } from '../../../src/export/export-columns.js';
import type { ExportedRuns } from '../../../src/export/exported-value.js';
import { toUnscaled } from '../../../src/export/parquet-columns.js';
import { createParquetWriter, type RowGroupLimits } from '../../../src/export/parquet-writer.js';
import { RawJson } from '../../../src/json/raw-json.js';
import type { TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import { file, neverUnreadable, pageOf, runWith } from './exported-runs.js';

function fileOf(pages: readonly ReturnType<typeof pageOf>[]): Uint8Array {
  const rowGroup = { maxRows: 10_000, maxJsonCharacters: 1_000_000 };
  const writer = createParquetWriter(exportColumns(exportGroups), neverUnreadable, rowGroup);
  const chunks = pages.map((page) => writer.write(page));
  return Buffer.concat([...chunks, writer.finish()]);
}

async function rowsOf(bytes: Uint8Array, columns?: string[]): Promise<Record<string, unknown>[]> {
  // Returns values as stored. The library itself would return a Date, without microseconds, and JSON without some
  // digits.
  const parsers = {
    timestampFromMicroseconds: (microseconds: bigint) => microseconds,
    jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes),
  };
  return parquetReadObjects({
    file: new Uint8Array(bytes).buffer,
    parsers: parsers as never,
    ...(columns && { columns }),
  });
}

describe('A Parquet file', () => {
  it('ends its row groups at their limits, or with the pages that end a part', () => {
    const row = runWith({ response: new RawJson(JSON.stringify('x'.repeat(1000))) });
    const groupsOf = (rowGroup: RowGroupLimits | undefined, pages: readonly ExportedRuns[]) => {
      const writer = createParquetWriter(exportColumns(exportGroups), neverUnreadable, rowGroup);
      const bytes = Buffer.concat([...pages.map((page) => writer.write(page)), writer.finish()]);
      return parquetMetadata(new Uint8Array(bytes).buffer).row_groups.map(({ num_rows }) => Number(num_rows));
    };
    const pages = [2, 3, 1].map((size) => pageOf(Array.from({ length: size }, () => row)));
    expect(groupsOf({ maxRows: 4, maxJsonCharacters: 1_000_000 }, pages)).toEqual([4, 2]);
    expect(groupsOf({ maxRows: 100, maxJsonCharacters: 1500 }, pages)).toEqual([2, 2, 2]);
    const end = { ...pageOf([]), endsPart: true };
    const [first, second, third] = pages;
    expect(groupsOf(undefined, [first!, { ...second!, endsPart: true }, end, third!, end, end])).toEqual([5, 1]);
  });

  it('contains every column, microseconds, JSON as its text, and credits also as a decimal', async () => {
    const rows = await rowsOf(fileOf([pageOf([runWith(), runWith({ response: null })], [file])]));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      id: '0190a234-8dc6-6d08-aea9-928fcecad8f1',
      task_id: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
      task_revision_id: '0195d1ff-1f42-f14e-8b65-641baf9dc32e',
      created: 1_705_412_005_247_662n,
      is_error: false,
      llm_retries: 0,
      used_fallback_model: true,
      primary_failure_reason: null,
      fallback_llm_model_id: null,
      user_id: null,
      reporting_group_id: null,
      reference: null,
      context_id: null,
      input_tokens: 1234,
      output_tokens: 567,
      total_tokens: 1801,
      charged_credits: '1.00',
      charged_credits_decimal: 1,
      input_processor_timing: 0.00015282,
      llm_call_timing: null,
      response: '{"a": 12345678901234567890.10, "b": "x\\ny"}',
      run_data: '{"submitted": "ü"}',
      files:
        '[{"name":"a \\"quoted\\", name.txt","content_type":"text/plain","size_bytes":3,"direction":"INPUT","created":"2024-01-16T13:33:25.000001Z","storage_key":"folder/a.txt"}]',
    });
    expect(rows[1]!.response).toBeNull();
  });

  it('marks JSON columns by the converted type as well as by the logical one', async () => {
    const { schema } = parquetMetadata(new Uint8Array(fileOf([pageOf([runWith()])])).buffer);
    const marked = schema.filter(
      ({ converted_type, logical_type }) => converted_type === 'JSON' && logical_type?.type === 'JSON',
    );
    expect(marked.map(({ name }) => name)).toEqual(['response', 'run_data', 'files']);
  });

  it('stays the same whatever the pages in which its runs come', async () => {
    const runs: TaskRunRecord[] = Array.from({ length: 12_000 }, (_, index) => runWith({ inputTokens: index }));
    const pagesOf = (size: number) =>
      Array.from({ length: Math.ceil(runs.length / size) }, (_, page) =>
        pageOf(runs.slice(page * size, (page + 1) * size)),
      );
    const bytes = fileOf(pagesOf(500));
    expect(Buffer.compare(bytes, fileOf(pagesOf(777)))).toBe(0);
    const rows = await rowsOf(bytes, ['input_tokens']);
    expect(rows.map(({ input_tokens }) => input_tokens)).toEqual(runs.map(({ inputTokens }) => inputTokens));
  });

  it('contains no rows without runs', async () => {
    expect(await rowsOf(fileOf([]))).toEqual([]);
  });
});

describe('Credits as a decimal', () => {
  it.each([
    ['1.00', 1_000_000_000_000n],
    ['-0.5', -500_000_000_000n],
    ['+.000000000001', 1n],
    ['0', 0n],
    ['0.0000000000010', 1n],
    ['99999999999999999999999999.999999999999', 10n ** 38n - 1n],
    ['100000000000000000000000000', null],
    ['0.0000000000001', null],
  ])('turn %s into %s', (text, unscaled) => {
    expect(toUnscaled(text)).toBe(unscaled);
  });
});
