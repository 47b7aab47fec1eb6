// Navigation between the pages of this app without loading a new document, because that would lose the token.

import { useEffect, useSyncExternalStore } from 'react';
import { gatewayUrl, pathBelowRoot } from '../shared/initial-state-of-page.js';

export interface PageLocation {
  /** The path relative to the gateway's root, as in `runs/statistics`. */
  readonly path: string;
  readonly params: URLSearchParams;
}

const listeners = new Set<() => void>();
const notifyListeners = () => {
  for (const listener of listeners) listener();
};

export function useLocation(): PageLocation {
  const search = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return { path: pathBelowRoot(), params: new URLSearchParams(search.split('?')[1] ?? '') };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns a URL. `path` is relative to the gateway's root. */
export function urlOf(path: string, params?: URLSearchParams): string {
  const search = params === undefined ? '' : params.toString();
  return gatewayUrl(search === '' ? path : `${path}?${search}`).href;
}

export function navigate(url: string, { replace = false } = {}): void {
  if (url === location.href) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  notifyListeners();
}

/** Parameters by name, with one value, several or none. */
export type ParamChanges = Readonly<Record<string, string | readonly string[] | null>>;

/** Goes to any page of the gateway, also to one that is not part of this app. */
export function openPage(url: string): void {
  if (isInternal(new URL(url))) navigate(url);
  else location.assign(url);
}

/** Sets parameters of the current URL. */
export function setParams(changes: ParamChanges, options?: { replace: boolean }): void {
  navigate(urlOf(pathBelowRoot(), changedParams(new URLSearchParams(location.search), changes)), options);
}

export function changedParams(params: URLSearchParams, changes: ParamChanges): URLSearchParams {
  const changed = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    const values = typeof value === 'string' ? [value] : (value ?? []);
    changed.delete(name);
    for (const item of values) if (item !== '') changed.append(name, item);
  }
  return changed;
}

/** Handles links to this app's own pages. All other links and clicks are left to the browser. */
export function interceptInternalLinks(): void {
  addEventListener('popstate', notifyListeners);
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a');
    if (!link || event.defaultPrevented || event.button !== 0 || hasModifier(event)) return;
    if (link.target !== '' || link.hasAttribute('download') || !isInternal(link)) return;
    event.preventDefault();
    const isOtherPage = link.pathname !== location.pathname;
    navigate(link.href);
    if (isOtherPage) scrollTo(0, 0);
  });
}

function isInternal(link: Pick<URL, 'origin' | 'pathname' | 'hash'>): boolean {
  const { origin, pathname } = gatewayUrl('runs');
  const isSamePage = link.pathname === location.pathname && link.hash !== '';
  const isRuns = link.pathname === pathname || link.pathname.startsWith(`${pathname}/`);
  return link.origin === origin && (isRuns || link.pathname === gatewayUrl('').pathname) && !isSamePage;
}

function hasModifier({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return metaKey || ctrlKey || shiftKey || altKey;
}

/** Sets the page's title in tabs and the browser history. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Task runs`;
  }, [title]);
}
