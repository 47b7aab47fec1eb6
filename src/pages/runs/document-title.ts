import { useEffect } from 'react';

/** What tabs and the browser's history call the page. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Task runs`;
  }, [title]);
}
