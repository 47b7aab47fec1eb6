import { useEffect, useRef, useState } from 'react';

const intervalMs = 1000;
/** Reading the list again then keeps it short. */
const maxFlowed = 150;
const none: ReadonlySet<string> = new Set();

interface FlowingRows {
  /** The ids of new runs that the list does not show yet. */
  readonly waiting: readonly string[];
  /** The response with the listed runs. The next one contains the flowed runs. */
  readonly response: unknown;
  /** Whether new runs belong to the top of the list. */
  readonly isEnabled: boolean;
  /** Reads the list again. */
  readonly reload: () => void;
}

/**
 * Returns the ids of new runs that are shown without a request by the user. They are taken at most once a second, and
 * only while this moves nothing that somebody uses.
 */
export function useFlowingRows({ waiting, response, isEnabled, reload }: FlowingRows): ReadonlySet<string> {
  const [taken, setTaken] = useState<{ readonly response: unknown; readonly ids: ReadonlySet<string> }>();
  const flowed = taken !== undefined && taken.response === response ? taken.ids : none;
  const newest = useRef({ waiting, flowed, response, reload });
  newest.current = { waiting, flowed, response, reload };
  const isWaiting = isEnabled && waiting.some((id) => !flowed.has(id));
  useEffect(() => {
    if (!isWaiting) return;
    const take = () => {
      if (!canMoveRows()) return;
      const now = newest.current;
      setTaken({ response: now.response, ids: new Set([...now.flowed, ...now.waiting]) });
      if (now.waiting.length > maxFlowed) now.reload();
    };
    const timer = setInterval(take, intervalMs);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return flowed;
}

/** A row, menu or dialog in use. */
const inUse = '.run-table tr:is(:focus-within, [aria-current], .marked), .menu[open], dialog[open]';

/** Returns whether rows may move: the list is at its top, and no row, menu, dialog or selection in it is in use. */
function canMoveRows(): boolean {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return false;
  if (document.querySelector(inUse) !== null || getSelection()?.type === 'Range') return false;
  for (let element = document.querySelector('.run-table'); element !== null; element = element.parentElement) {
    if (element.scrollTop > 0) return false;
  }
  return true;
}
