import type { DataSource, QueryRunner } from 'typeorm';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  /** Of an index-only scan: rows for which the table had to be visited all the same. */
  readonly 'Heap Fetches'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

export interface ExecutedPlan {
  /** Blocks of 8 KB that were touched. */
  readonly buffers: number;
  /** Tables that were read from beginning to end. */
  readonly scannedTables: readonly string[];
  /** Indexes that were looked into; those of branches that were never begun are missing. */
  readonly usedIndexes: readonly string[];
}

/** How the server runs a statement by the plan it keeps for it, which knows no values. Run twice, so that all is read. */
export async function explainKeptPlan(
  session: QueryRunner,
  text: string,
  values: readonly unknown[],
): Promise<ExecutedPlan> {
  await session.query('SET plan_cache_mode = force_generic_plan');
  await session.query(`PREPARE explained AS ${text}`);
  const call = values.length > 0 ? `(${values.map(toLiteral).join(', ')})` : '';
  const explain = () => session.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained${call}`);
  await explain();
  const [row] = await explain();
  await session.query('DEALLOCATE explained');
  const [{ Plan: plan }] = row['QUERY PLAN'];
  return {
    buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    scannedTables: nodesOf(plan)
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name']!),
    usedIndexes: nodesOf(plan)
      .filter((node) => node['Index Name'] !== undefined && node['Actual Loops'] > 0)
      .map((node) => node['Index Name']!),
  };
}

/** Every step of how the server runs a statement planned for these values. */
export async function explainSteps(
  dataSource: DataSource,
  text: string,
  values: readonly unknown[],
): Promise<readonly PlanNode[]> {
  const [row] = await dataSource.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values as unknown[]);
  return nodesOf(row['QUERY PLAN'][0].Plan);
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function toLiteral(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  const text = Array.isArray(value) ? `{${value.map((each) => JSON.stringify(each)).join()}}` : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}
