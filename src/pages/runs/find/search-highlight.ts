import './find-in.css';
import { useEffect } from 'react';
import { searchPatternOf } from './search-pattern.js';
import { rangesOf, showRanges } from './text-ranges.js';

/** Highlights what the search in the URL found, within the elements that match a selector. */
export function useSearchHighlight(params: URLSearchParams, selector: string): void {
  const source = searchPatternOf(params);
  useEffect(() => {
    if (source === undefined) return;
    const pattern = new RegExp(source, 'giu');
    let [hide, frame] = [() => {}, 0];
    const show = () => {
      hide();
      hide = showRanges(
        [...document.querySelectorAll(selector)].flatMap((root) => rangesOf(root, pattern)),
        undefined,
      );
    };
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(show);
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    show();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      hide();
    };
  }, [source, selector]);
}
