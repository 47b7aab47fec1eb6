import { useEffect } from 'react';

let openedRun: string | undefined;

/** Remembers the run whose page is open, for the list that is shown afterwards. */
export function useOpenedRun(id: string): void {
  useEffect(() => {
    openedRun = id;
  }, [id]);
}

/** Returns the id of the run whose page was open last, but only once. */
export function takeOpenedRun(): string | undefined {
  const id = openedRun;
  openedRun = undefined;
  return id;
}
