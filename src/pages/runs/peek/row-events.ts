// Clicks and keys on rows of the list, which open the run next to it. Enter, and clicks for another tab, follow the
// link.

import { navigate } from '../navigation.js';
import { closePeek, hasRoomToPeek, type ListedId, peek } from './peeked-run.js';

export function clickRow(event: React.MouseEvent<HTMLTableRowElement>, run: ListedId): void {
  const link = event.currentTarget.querySelector<HTMLAnchorElement>('.row-link');
  const control = (event.target as Element).closest('a, button, label, input');
  if (control !== null && control !== link) return;
  const isOnLink = control !== null;
  if ((event.ctrlKey || event.metaKey) && !isOnLink && link !== null) {
    openInTab(link);
    return;
  }
  const hasModifier = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (hasModifier || isTextSelected()) return;
  // A click that was caused by Enter on the link.
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

/** Opens a tab when the middle button is released. */
export function auxClickRow(event: React.MouseEvent<HTMLTableRowElement>): void {
  if (event.button !== 1 || (event.target as Element).closest('a') !== null) return;
  const link = event.currentTarget.querySelector<HTMLAnchorElement>('.row-link');
  if (link !== null) openInTab(link);
}

/** Prevents the middle button from scrolling the list. */
export function pressButtonInRow(event: React.MouseEvent<HTMLTableRowElement>): void {
  if (event.button === 1) event.preventDefault();
}

/** Follows the link in a background tab, as the browser does for a click with Ctrl. */
function openInTab(link: HTMLAnchorElement): void {
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true, metaKey: true }));
}

export function pressKeyInRow(event: React.KeyboardEvent<HTMLAnchorElement>, run: ListedId): void {
  if (event.key !== ' ') return;
  event.preventDefault();
  if (!hasRoomToPeek()) event.currentTarget.click();
  else if (new URLSearchParams(location.search).get('peek')?.endsWith(run.id)) closePeek();
  else peek(run);
}

/** Selecting text with the mouse ends with a click. */
function isTextSelected(): boolean {
  return getSelection()?.type === 'Range';
}
