import { createHash } from 'node:crypto';

/** A prepared statement. It is built once, and prepared on the server under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /**
   * The name on the server if `name` stands for several SQL texts; `null` if the statement is not prepared, but planned
   * for its values.
   */
  readonly planName?: string | null;
  /** Whether the result must be as current as those of other statements, so that no replica may run it. */
  readonly requiresPrimary?: boolean;
  /** Whether the statement is an EXPLAIN, which cannot be part of another statement. */
  readonly isExplain?: boolean;
}

/** A statement with the values of its parameters. */
export interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/**
 * Returns a factory for statements that share a name and are composed of fixed fragments. The name of the plan is
 * derived from the SQL, so that it is the same in all processes that share a pooler's connections.
 */
export function createStatementFactory(
  name: string,
  options: Pick<Statement, 'requiresPrimary'> = {},
): (text: string) => Statement {
  return (text) => ({
    ...options,
    name,
    text,
    planName: `${name}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  });
}

/**
 * Returns SQL for a parameter whose value is hidden from the planner. Otherwise the planner would prefer a plan for the
 * specific value over the prepared one, and plan each execution, which takes several times as long as running it.
 */
export function hideFromPlanner(parameter: string): string {
  return `(SELECT ${parameter})`;
}

/** Returns SQL for array parameters of `unnest`. @param first the number of the first parameter */
export function hideArraysFromPlanner(types: readonly string[], first = 1): string {
  return types.map((type, index) => hideFromPlanner(`$${index + first}::${type}[]`)).join(', ');
}
