import { useEffect, useRef, useState } from 'react';
import { isTemporary } from '../../shared/api/error-sentence.js';
import { follow } from '../../shared/api/subscription.js';
import { useSession, useSessionKey } from '../../shared/token/token-store.js';
import { type ChangesVariables, changesSubscription, type TaskRunFilter } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import type { Column, ListedRun } from '../table/columns.js';
import { withColumns } from '../table/run-list.js';
import type { Outcome } from './live-rows.js';

export interface LiveRuns {
  /** The runs that changed since the list was read, latest change last; `null` if the run was deleted. */
  readonly changed: ReadonlyMap<string, ListedRun | null>;
  /** The creation time and status of each changed run. It covers more runs than `changed`, because it is smaller. */
  readonly outcomes: ReadonlyMap<string, Outcome | null>;
  readonly state: 'off' | 'connecting' | 'live' | 'waiting';
  /** The reason why it ended or is interrupted. */
  readonly error: unknown;
}

const initial: LiveRuns = { changed: new Map(), outcomes: new Map(), state: 'off', error: undefined };
/** Limits the memory of a page that stays open. */
const maxChanged = 500;
export const maxOutcomes = 10_000;
const retryMs = 3000;

/**
 * Follows the runs of the list until this is turned off. After an interruption, continues from where it stopped.
 * @param onConnect called once no further changes are missed; data read before that may be outdated
 */
export function useLiveRuns(
  isOn: boolean,
  scope: Scope | undefined,
  columns: readonly Column[],
  filter: TaskRunFilter,
  onConnect: () => void,
): LiveRuns {
  const sessionKey = useSessionKey();
  const isFollowing = useSession() === 'ready' && isOn;
  const [live, setLive] = useState(initial);
  const newestOnConnect = useRef(onConnect);
  newestOnConnect.current = onConnect;
  const query = withColumns(changesSubscription, columns);
  const variables = JSON.stringify({ ...scope, filter });
  useEffect(() => {
    // Changed in place, because copying thousands of runs at each event would cost more than showing them.
    const changed = new Map<string, ListedRun | null>();
    const outcomes = new Map<string, Outcome | null>();
    setLive(isFollowing ? { ...initial, changed, outcomes, state: 'connecting' } : initial);
    if (!isFollowing || scope === undefined) return;
    const controller = new AbortController();
    let timer: number | undefined;
    let after: string | undefined;
    const connect = async () => {
      try {
        for await (const { taskRunChanged } of follow(
          query,
          { ...(JSON.parse(variables) as ChangesVariables), after },
          controller,
        )) {
          if (taskRunChanged === null || controller.signal.aborted) continue;
          if (after === undefined) newestOnConnect.current();
          after = taskRunChanged.cursor;
          const { run, deleted } = taskRunChanged;
          const id = run?.id ?? deleted?.runId;
          if (id !== undefined) {
            setNewest(changed, id, run, maxChanged);
            setNewest(outcomes, id, run && { created: run.created, isError: run.isError }, maxOutcomes);
          }
          setLive({ changed, outcomes, state: 'live', error: undefined });
        }
      } catch (error) {
        if (controller.signal.aborted) return;
        setLive((before) => ({ ...before, state: 'waiting', error }));
        // The gateway would reject the same subscription again.
        if (!isTemporary(error)) return;
      }
      // This also happens when the gateway ends the subscription, for example at shutdown.
      setLive((before) => ({ ...before, state: 'waiting' }));
      if (!controller.signal.aborted) timer = setTimeout(connect, retryMs);
    };
    connect();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [isFollowing, query, variables, sessionKey]);
  return live;
}

/** Sets a value as the newest one, and drops the oldest ones above `max`. */
function setNewest<Value>(values: Map<string, Value>, id: string, value: Value, max: number): void {
  values.delete(id);
  values.set(id, value);
  for (const oldest of values.keys()) {
    if (values.size <= max) break;
    values.delete(oldest);
  }
}
