import type { QueryRunner } from 'typeorm';
import type { StatementRunner } from '../../src/database/connection/statement-runner.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops': number;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  /** The number of rows of an index-only scan for which the table had to be visited anyway. */
  readonly 'Heap Fetches'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

export interface ExecutedPlan {
  /** The number of 8 KB blocks that were accessed. */
  readonly buffers: number;
  /** Tables that were read completely. */
  readonly scannedTables: readonly string[];
  /** Indexes that were accessed. Those of branches that were never executed are missing. */
  readonly usedIndexes: readonly string[];
  readonly steps: readonly PlanNode[];
}

/**
 * Explains a statement with its generic plan, which does not depend on values. Runs it twice, so that everything is
 * cached.
 */
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
  return toExecutedPlan(plan);
}

/** Explains how the server runs a statement that is planned for these values. */
export async function explainPlanForValues(
  session: QueryRunner,
  text: string,
  values: readonly unknown[],
): Promise<ExecutedPlan> {
  const [row] = await session.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values as unknown[]);
  return toExecutedPlan(row['QUERY PLAN'][0].Plan);
}

export interface ExplainedStatement {
  readonly name: string;
  /** The plan for the statement's values and, if the server knows the statement by a name, the cached generic plan. */
  readonly plans: readonly ExecutedPlan[];
}

/** Runs statements for readers, and explains each of them first. */
export function createExplainingStatements(session: QueryRunner) {
  const explained: ExplainedStatement[] = [];
  const statements: StatementRunner = {
    async run({ name, text, planName, isExplain }, values) {
      if (isExplain) return session.query(text, values as unknown[]);
      const forValues = await explainPlanForValues(session, text, values);
      const plans = planName === null ? [forValues] : [forValues, await explainKeptPlan(session, text, values)];
      explained.push({ name, plans });
      return session.query(text, values as unknown[]);
    },
  };
  return { statements, explained };
}

/** Returns how many runs a step has read (including those it filtered out), and how many of these in the table. */
export function scannedRuns(step: PlanNode): { readonly all: number; readonly inTable: number } {
  const isIndexStep = step['Node Type'] === 'Bitmap Index Scan' && step['Index Name']!.startsWith('task_run_');
  if (step['Relation Name'] !== 'task_run' && !isIndexStep) return { all: 0, inTable: 0 };
  const removed = (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Index Recheck'] ?? 0);
  const all = (step['Actual Rows'] + removed) * step['Actual Loops'];
  const isInIndex = isIndexStep || step['Node Type'] === 'Index Only Scan';
  return { all, inTable: isInIndex ? (step['Heap Fetches'] ?? 0) : all };
}

function toExecutedPlan(plan: PlanNode): ExecutedPlan {
  const steps = nodesOf(plan);
  return {
    steps,
    buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    scannedTables: steps.filter((step) => step['Node Type'] === 'Seq Scan').map((step) => step['Relation Name']!),
    usedIndexes: steps
      .filter((step) => step['Index Name'] !== undefined && step['Actual Loops'] > 0)
      .map((step) => step['Index Name']!),
  };
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

export function toLiteral(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  const text = Array.isArray(value) ? `{${value.map((item) => JSON.stringify(item)).join()}}` : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}
