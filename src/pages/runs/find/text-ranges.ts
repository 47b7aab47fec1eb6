// Places of a text in what is shown of a panel, marked without a change to its elements.

export const maxMatches = 1000;

export function rangesOf(root: HTMLElement, term: string): readonly Range[] {
  const ranges: Range[] = [];
  const text = term.toLowerCase();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null && ranges.length < maxMatches; node = walker.nextNode()) {
    // Labels of the page itself are in buttons.
    if (node.parentElement!.closest('button') !== null) continue;
    addRanges(ranges, node as Text, text);
  }
  return ranges;
}

function addRanges(ranges: Range[], node: Text, text: string): void {
  const content = node.data.toLowerCase();
  // A letter whose lower case is longer would move all places after it.
  const isAligned = content.length === node.data.length;
  for (let index = content.indexOf(text); index !== -1; index = content.indexOf(text, index + text.length)) {
    if (ranges.length === maxMatches || !isAligned) return;
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + text.length);
    ranges.push(range);
  }
}

/** Marks the places until it is undone. Panels have their marks side by side. */
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

/** Moves what scrolls around the place until the place is in the middle, where it is not in sight. */
export function scrollToRange(range: Range): void {
  const scroller = scrollerOf(range.startContainer.parentElement!);
  const { top, bottom } = range.getBoundingClientRect();
  const frame =
    scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  // A header that stays may cover what is near the top.
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
