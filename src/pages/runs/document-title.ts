import { useEffect } from 'react';

/** Sets the page's name in tabs and in the browser's history. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Task runs`;
  }, [title]);
}
