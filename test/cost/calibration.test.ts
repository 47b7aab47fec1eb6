// Compares the estimated and measured costs of operations on a dedicated PostgreSQL server. REPORT=1 prints both, and
// the weights that fit the measurements. RUNS sets the number of runs.

import { join } from 'node:path';
import { getOperationAST, parse } from 'graphql';
import pg from 'pg';
import { CostFormula } from '../../src/admission/estimate.js';
import { createRunCounts } from '../../src/admission/run-counts.js';
import { createScopeSizes } from '../../src/admission/scope-size.js';
import { weights } from '../../src/admission/weights.js';
import { createSchema } from '../../src/graphql/schema/schema.js';
import { requiresScan } from '../../src/task-runs/visibility/filter-parts.js';
import { fitWeights } from '../support/cost/fit-weights.js';
import { type MeasuredOperation, measureOperations } from '../support/cost/measure.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';

const runs = Number(process.env.RUNS ?? 50_000);
const maxFactor = 3;

describeWithClusters(`the cost of operations over ${runs} runs`, () => {
  let cluster: PostgresCluster | undefined;
  let url: string;
  let measured: readonly MeasuredOperation[];
  let sizes: ReturnType<typeof createScopeSizes>;
  let schema: Awaited<ReturnType<typeof createSchema>>;

  beforeAll(async () => {
    url = process.env.COST_DATABASE_URL ?? (await prepare());
    schema = await createSchema();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const counts = createRunCounts({ run: async ({ text }) => (await client.query(text)).rows }, Date.now);
    await counts.read();
    await client.end();
    sizes = createScopeSizes({ counts: counts.current, requiresScan, now: Date.now });
    measured = await measureOperations(url);
  }, 1_800_000);
  afterAll(() => cluster?.remove());

  async function prepare(): Promise<string> {
    cluster = await PostgresCluster.create({
      settings: [
        "shared_preload_libraries = 'pg_stat_statements'",
        'pg_stat_statements.track_planning = on',
        'shared_buffers = 256MB',
      ],
    });
    const root = join(import.meta.dirname, '..', '..');
    const { prepareDatabase } = await import(join(root, 'bench', 'database', 'prepare.js'));
    return prepareDatabase({ serverUrl: cluster.url(), root, runs, log: () => {} });
  }

  const estimate = ({ query, variables }: MeasuredOperation, by = weights) => {
    const document = parse(query);
    return new CostFormula(schema, document, getOperationAST(document)!, by).estimateExactly(variables, sizes);
  };

  it(`stays within a factor of ${maxFactor} of the estimate`, () => {
    const factors = measured.map((operation) => ({
      ...operation,
      estimated: estimate(operation),
      factor: estimate(operation) / (operation.database + operation.processor),
    }));
    if (process.env.REPORT) {
      const rows = factors.map(({ name, database, processor, estimated, factor }) =>
        [name.padEnd(32), database, processor, estimated, factor]
          .map((item) => (typeof item === 'number' ? item.toFixed(2).padStart(10) : item))
          .join(''),
      );
      process.stderr.write(`${'operation'.padEnd(32)}  database processor estimated    factor\n${rows.join('\n')}\n`);
      process.stderr.write(`\n${fitWeights(measured, estimate, weights)}\n`);
    }
    const wrong = factors.filter(({ factor }) => factor > maxFactor || factor < 1 / maxFactor);
    expect(wrong.map(({ name, factor }) => `${name}: ${factor.toFixed(2)}`)).toEqual([]);
  });
});
