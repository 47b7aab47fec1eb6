import { createHash } from 'node:crypto';

/** A prepared statement: built once, known to the server by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** The name the server knows it by, where `name` has several texts; null: it is planned for its values each time. */
  readonly planName?: string | null;
  /** Whether its result has to be as new as what other statements returned: then no replica runs it. */
  readonly isCurrent?: boolean;
  /** Whether it asks for a plan: it cannot be part of another statement. */
  readonly isExplain?: boolean;
}

/** A statement with the values of its parameters. */
export interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/**
 * Statements of one name whose text is put together from fixed fragments. The same plan name stands for the same text in
 * every process, wherever a pooler shares connections between them.
 */
export function createStatementFactory(
  name: string,
  options: Pick<Statement, 'isCurrent'> = {},
): (text: string) => Statement {
  return (text) => ({
    ...options,
    name,
    text,
    planName: `${name}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  });
}

/**
 * A parameter whose value the planner cannot see. Where it can, it finds the plan for just this value cheaper than the
 * prepared one, and plans anew for each statement, which takes several times as long as running it.
 */
export function hideFromPlanner(parameter: string): string {
  return `(SELECT ${parameter})`;
}

/** Array parameters for `unnest`. @param first the number of the first one */
export function hideArraysFromPlanner(types: readonly string[], first = 1): string {
  return types.map((type, index) => hideFromPlanner(`$${index + first}::${type}[]`)).join(', ');
}
