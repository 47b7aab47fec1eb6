// Clicks and keys on rows of the list: they open the run next to it. Enter, and clicks for another tab, follow the link.

import { navigate } from '../navigation.js';
import { closePeek, hasRoomToPeek, type ListedId, peek } from './peeked-run.js';

export function clickRow(event: React.MouseEvent<HTMLTableRowElement>, run: ListedId): void {
  const hasModifier = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (hasModifier || isTextSelected()) return;
  const link = event.currentTarget.querySelector<HTMLAnchorElement>('.row-link');
  const isOnLink = (event.target as Element).closest('a') !== null;
  // A click that is Enter on the link.
  if (link === null || (isOnLink && event.detail === 0)) return;
  if (hasRoomToPeek()) {
    event.preventDefault();
    peek(run);
    link.focus({ preventScroll: true });
  } else if (!isOnLink) {
    navigate(link.href);
    scrollTo(0, 0);
  }
}

export function pressKeyInRow(event: React.KeyboardEvent<HTMLAnchorElement>, run: ListedId): void {
  if (event.key !== ' ') return;
  event.preventDefault();
  if (!hasRoomToPeek()) event.currentTarget.click();
  else if (new URLSearchParams(location.search).get('peek')?.endsWith(run.id)) closePeek();
  else peek(run);
}

/** The end of a selection by the mouse is a click. */
function isTextSelected(): boolean {
  return getSelection()?.type === 'Range';
}
