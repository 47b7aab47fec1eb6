// Handles `j` and `k` in the list: they move from row to row (together with the run that is open next to the list) and
// then from page to page.

import { useEffect } from 'react';
import { setParams } from '../navigation.js';
import { takeOpenedRun } from '../run/opened-run.js';
import { closePeek, hasRoomToPeek, type ListedId, peek, peekedEdge } from './peeked-run.js';

type Direction = 1 | -1;
/** Parameters of the previous or next page; `undefined` without one. */
type PageParams = Readonly<Record<string, string | null>> | undefined;

interface Pages {
  readonly newerPage: PageParams;
  readonly olderPage: PageParams;
}

/** `runs` is `undefined` while they are loading. */
export function useSteps(
  params: URLSearchParams,
  runs: readonly ListedId[] | undefined,
  { newerPage, olderPage }: Pages,
): (by: Direction) => void {
  const edge = peekedEdge(params);
  const run = edge && (edge === 'first' ? runs?.[0] : runs?.at(-1));
  useEffect(() => {
    if (run === undefined) return;
    peek(run);
    linkOf(run.id)?.focus();
  }, [run]);
  return (by) => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.row-link')];
    const current = links.findIndex((link) => link.dataset.run === reachedRun());
    const next = current === -1 ? (by === 1 ? 0 : links.length - 1) : current + by;
    const isPeeking = params.has('peek');
    const page = by === 1 ? olderPage : newerPage;
    if (links[next] === undefined) {
      if (isPeeking && page !== undefined) setParams({ ...page, peek: by === 1 ? 'first' : 'last' }, { replace: true });
      return;
    }
    links[next].focus();
    const reached = isPeeking && runs?.find(({ id }) => id === links[next]!.dataset.run);
    if (reached) peek(reached);
  };
}

/** Returns the focus to the row of the run whose page was open, so that `j` and `k` continue there. */
export function useReturningFocus(isLoaded: boolean): void {
  useEffect(() => {
    if (!isLoaded) return;
    const id = takeOpenedRun();
    if (id !== undefined && document.activeElement === document.body) linkOf(id)?.focus();
  }, [isLoaded]);
}

/** Scrolls to the row of the run that is open next to the list. */
export function usePeekedRowInView(peeked: string | undefined, isLoaded: boolean): void {
  useEffect(() => {
    if (isLoaded && hasRoomToPeek()) peekedRowLink()?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  }, [peeked, isLoaded]);
}

/** Returns the id of the run whose row has the focus, or which is open next to the list. */
export function reachedRun(): string | undefined {
  return (rowLinkInFocus() ?? peekedRowLink())?.dataset.run;
}

/** Closes the run that is open next to the list, and returns to its row. */
export function closePeekedRow(): void {
  if (!new URLSearchParams(location.search).has('peek')) return;
  peekedRowLink()?.focus();
  closePeek();
}

/** Returns whether an open run takes the room of the filters, because the window has not enough for both. */
export function isPeekInPlaceOfFilters(params: URLSearchParams): boolean {
  return params.has('peek') && !matchMedia('(width >= 110rem)').matches;
}

function peekedRowLink(): HTMLAnchorElement | null {
  return document.querySelector('[aria-current] > td > .row-link');
}

function rowLinkInFocus(): HTMLAnchorElement | undefined {
  return document.activeElement?.closest('.run-table tr')?.querySelector<HTMLAnchorElement>('.row-link') ?? undefined;
}

function linkOf(id: string): HTMLAnchorElement | null {
  return document.querySelector(`.row-link[data-run="${CSS.escape(id)}"]`);
}
