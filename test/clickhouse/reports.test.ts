import { block } from '../docs/documents.js';
import { useAnalysedExport } from '../support/analysed-export.js';

const analysed = useAnalysedExport(block('analysis-export').text);

it('ClickHouse finds the figures of PostgreSQL in an export', async () => {
  expect(analysed.expected).toHaveLength(10);
  expect(await analysed.ask('clickhouse', block('clickhouse').text)).toEqual(analysed.expected);
});
