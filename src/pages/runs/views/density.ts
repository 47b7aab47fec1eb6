import { store, useStored } from '../stored.js';

const densityKey = 'task-runs:dense';

/** Returns whether rows are dense in this browser. */
export function useIsDense(): boolean {
  return useStored(densityKey, isBoolean) ?? false;
}

export function setDense(isDense: boolean): void {
  store(densityKey, isDense);
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
