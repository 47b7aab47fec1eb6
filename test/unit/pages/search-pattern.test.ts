import { escapePattern, searchPatternOf } from '../../../src/pages/runs/find/search-pattern.js';

const matchesIn = (text: string, search: string) =>
  [...text.matchAll(new RegExp(searchPatternOf(new URLSearchParams(search))!, 'giu'))].map(([match]) => match);

describe('what a search found', () => {
  it.each([
    ['words=order+12345', 'Order 12345, reorder, orders, order-12345', ['Order', '12345', 'order', '12345']],
    ['words=Straße', 'die STRASSE und die straße', ['straße']],
    ['reference=order-10', 'order-1042, reorder-10', ['order-10']],
    ['context=conversation-7', 'conversation-7 conversation-77', ['conversation-7']],
    [`is=${encodeURIComponent('response/team="Billing" & submitted/n=12')}`, 'Billing 12 120', ['Billing', '12']],
    ['words=a.b(c', 'a b(c axb', ['a', 'b', 'c']],
  ])('is marked for %s', (search, text, found) => {
    expect(matchesIn(text, search)).toEqual(found);
  });

  it.each(['', 'words=', 'status=FAIL', 'is=response/a'])('is nothing for %j', (search) => {
    expect(searchPatternOf(new URLSearchParams(search))).toBeUndefined();
  });

  it('is a text without special characters', () => {
    const text = String.raw`a.b*c+d?e^f$g{h}i(j)k[l]m\n|o/p-q`;
    expect(text.match(new RegExp(escapePattern(text), 'u'))?.[0]).toBe(text);
  });
});
