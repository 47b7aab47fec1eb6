// The text to find in a panel. Collapsed parts that contain it open.

import { createContext, useContext, useMemo } from 'react';
import type { JsonMember } from './json-tree.js';

/** The text in lower case; empty without a search. */
export const FindContext = createContext('');

/** Maximum length of a text that a search expands. */
const maxCharacters = 2_000_000;

export interface FindTerm {
  isIn(text: string): boolean;
  /** Returns the end of the last occurrence, or 0 without one. */
  endIn(text: string): number;
  /** Returns the index of the last member that contains it, or -1 without one. */
  lastMember(members: readonly JsonMember[]): number;
}

export function useFindTerm(): FindTerm {
  const term = useContext(FindContext);
  return useMemo(() => {
    const isIn = (text: string) => term !== '' && text.toLowerCase().includes(term);
    return {
      isIn,
      endIn(text) {
        const index = term === '' ? -1 : text.slice(0, maxCharacters).toLowerCase().lastIndexOf(term);
        return index === -1 ? 0 : index + term.length;
      },
      lastMember: (members) =>
        term === '' ? -1 : members.findLastIndex(({ name, value }) => isIn(name) || isIn(value.text)),
    };
  }, [term]);
}
