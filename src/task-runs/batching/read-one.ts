import type { RequestBudget } from '../../admission/request-budget.js';
import type { BatchRead } from './read-scheduler.js';

/** Returns the result for a single key. @throws the error in its position */
export async function readOne<Key, Result>(
  read: BatchRead<Key, Result>,
  key: Key,
  budget: RequestBudget,
): Promise<Result> {
  const [result] = await read([key], budget);
  if (result instanceof Error) throw result;
  return result as Result;
}
