import { useEffect, useRef } from 'react';
import { useQuery } from '../../shared/api/use-query.js';
import { firstRunQuery } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';

const pollMs = 2000;

/**
 * Reads whether a scope has a run, until it has one.
 * @param scope omitted while the caller sees no organization
 * @param onFound called if the first run arrives after none was found
 * @returns `undefined` until it is known
 */
export function useHasRuns(scope: Scope | undefined, onFound: () => void): boolean | undefined {
  const { response, reload, isLoading } = useQuery(firstRunQuery, scope);
  const nodes = response?.data?.taskRuns?.nodes;
  const hasRuns = nodes && nodes.length > 0;
  const wasEmpty = useRef(false);
  usePolling(reload, hasRuns === false && !isLoading);
  useEffect(() => {
    if (hasRuns === false) wasEmpty.current = true;
    else if (hasRuns === true && wasEmpty.current) onFound();
  }, [hasRuns]);
  return hasRuns;
}

/** Calls a function again and again. Each call follows the end of the one before. */
export function usePolling(poll: () => void, isDue: boolean): void {
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(poll, pollMs);
    return () => clearTimeout(timer);
  }, [isDue]);
}
