import { block } from '../docs/documents.js';
import { useAnalysedExport } from '../support/analysed-export.js';

const analysed = useAnalysedExport(block('analysis-export').text);

it('DuckDB finds the figures of PostgreSQL in an export', async () => {
  expect(analysed.expected).toHaveLength(10);
  expect(await analysed.ask('duckdb', block('duckdb').text)).toEqual(analysed.expected);
});
