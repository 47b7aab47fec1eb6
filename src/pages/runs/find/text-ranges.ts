// Matches of a text in the visible content of a panel. They are highlighted without changing its elements.

export const maxMatches = 1000;

/** Returns the matches of a global pattern. */
export function rangesOf(root: Element, pattern: RegExp): readonly Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null && ranges.length < maxMatches; node = walker.nextNode()) {
    // The page's own labels are in buttons.
    if (node.parentElement!.closest('button') !== null) continue;
    for (const { index, 0: text } of (node as Text).data.matchAll(pattern)) {
      if (ranges.length === maxMatches) break;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + text.length);
      ranges.push(range);
    }
  }
  return ranges;
}

/** Highlights the matches until this is undone. Several panels can have highlights at the same time. */
export function showRanges(ranges: readonly Range[], current: Range | undefined): () => void {
  if (!('highlights' in CSS)) return () => {};
  const [all, one] = [highlightOf('found'), highlightOf('found-current')];
  for (const range of ranges) all.add(range);
  if (current !== undefined) one.add(current);
  return () => {
    for (const range of ranges) all.delete(range);
    if (current !== undefined) one.delete(current);
  };
}

function highlightOf(name: string): Highlight {
  const highlight = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, highlight);
  return highlight;
}

/** If the match is not visible, scrolls its containers until it is in the middle. */
export function scrollToRange(range: Range): void {
  const scroller = scrollerOf(range.startContainer.parentElement!);
  const { top, bottom } = range.getBoundingClientRect();
  const frame =
    scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  // A sticky header may cover content near the top.
  const isInView = top > frame.top + 120 && bottom < frame.bottom - 20;
  if (!isInView) scroller.scrollBy({ top: top - (frame.top + frame.bottom) / 2 });
}

function scrollerOf(element: Element): Element {
  for (let ancestor: Element | null = element; ancestor !== null; ancestor = ancestor.parentElement) {
    const isScroller = ['auto', 'scroll'].includes(getComputedStyle(ancestor).overflowY);
    if (isScroller && ancestor.scrollHeight > ancestor.clientHeight) return ancestor;
  }
  return document.scrollingElement!;
}
