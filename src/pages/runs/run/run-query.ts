import { type RunData, runQuery } from '../../operations.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import type { RunPath } from '../run-url.js';

export function useRun(path: RunPath): QueryState<RunData> {
  return useQuery(runQuery, path);
}
