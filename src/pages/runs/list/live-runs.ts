import { useEffect, useState } from 'react';
import { isTemporary } from '../../shared/api/error-sentence.js';
import { follow } from '../../shared/api/subscription.js';
import { useSession, useToken } from '../../shared/token/token-store.js';
import type { RunFilter } from '../filters/filter-fields.js';
import type { Scope } from '../scope/scope.js';
import type { Column, ListedRun } from './columns.js';
import { changesOf } from './run-list.js';

interface ChangeData {
  readonly taskRunChanged: {
    readonly cursor: string;
    readonly run: ListedRun | null;
    readonly deleted: { readonly runId: string } | null;
  } | null;
}

export interface LiveRuns {
  /** What has changed since the list was read, the newest change last; null: the run was deleted. */
  readonly changed: ReadonlyMap<string, ListedRun | null>;
  readonly state: 'off' | 'connecting' | 'live' | 'waiting';
  /** Why it ended, or is interrupted. */
  readonly error: unknown;
}

const initial: LiveRuns = { changed: new Map(), state: 'off', error: undefined };
/** A page that is left open overnight stays as small. */
const maxChanged = 500;
const retryMs = 3000;

/** Follows the runs of the list until it is turned off; after an interruption, from where it was. */
export function useLiveRuns(
  isOn: boolean,
  scope: Scope | undefined,
  columns: readonly Column[],
  filter: RunFilter,
): LiveRuns {
  const token = useToken();
  const isFollowing = useSession() === 'ready' && isOn;
  const [live, setLive] = useState(initial);
  const query = changesOf(columns);
  const variables = JSON.stringify({ ...scope, filter });
  useEffect(() => {
    setLive(isFollowing ? { ...initial, state: 'connecting' } : initial);
    if (!isFollowing || scope === undefined) return;
    const controller = new AbortController();
    let timer: number | undefined;
    let after: string | undefined;
    const connect = async () => {
      try {
        for await (const { taskRunChanged } of follow<ChangeData>(
          query,
          { ...JSON.parse(variables), after },
          controller,
        )) {
          if (taskRunChanged === null || controller.signal.aborted) continue;
          after = taskRunChanged.cursor;
          setLive((before) => ({
            changed: addChange(before.changed, taskRunChanged),
            state: 'live',
            error: undefined,
          }));
        }
      } catch (error) {
        if (controller.signal.aborted) return;
        setLive((before) => ({ ...before, state: 'waiting', error }));
        // What the gateway rejects, it will reject again.
        if (!isTemporary(error)) return;
      }
      // Also where the gateway has ended it, as when it stops.
      setLive((before) => ({ ...before, state: 'waiting' }));
      if (!controller.signal.aborted) timer = setTimeout(connect, retryMs);
    };
    connect();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [isFollowing, query, variables, token]);
  return live;
}

function addChange(
  changed: LiveRuns['changed'],
  { run, deleted }: NonNullable<ChangeData['taskRunChanged']>,
): LiveRuns['changed'] {
  const changedId = run?.id ?? deleted?.runId;
  if (changedId === undefined) return changed;
  const others = [...changed].filter(([id]) => id !== changedId);
  return new Map([...others.slice(-maxChanged + 1), [changedId, run]]);
}

/** The list as it is now: changed runs in their places, deleted ones left out and, on its first page, new ones in front. */
export function mergeLive(
  listed: readonly ListedRun[],
  changed: LiveRuns['changed'],
  isFirstPage: boolean,
): ListedRun[] {
  const known = new Set(listed.map(({ id }) => id));
  const present = [...changed.values()].filter((run) => run !== null);
  const added = isFirstPage ? present.filter(({ id }) => !known.has(id)) : [];
  const newest = listed[0]?.created ?? '';
  return [
    ...added.filter(({ created }) => created > newest).toSorted(byNewest),
    ...listed.map((run) => (changed.has(run.id) ? changed.get(run.id)! : run)).filter((run) => run !== null),
  ];
}

function byNewest(one: ListedRun, other: ListedRun): number {
  return one.created < other.created ? 1 : -1;
}
