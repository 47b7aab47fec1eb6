import { RawJson } from '../../../src/json/raw-json.js';
import { ResultBudget } from '../../../src/mcp/fit-result.js';

/** Returns the tokens of a result, based on the total bytes of its text and its JSON, before they are escaped. */
const tokensOf = (text: string, structured: unknown) =>
  (Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(structured))) / 3.5;
/** Returns the maximum length at which a result fits. */
function longestIn(budget: ResultBudget, resultOf: (length: number) => object): number {
  let [fits, exceeds] = [1, 20 * budget.maxTokens];
  while (exceeds - fits > 1) {
    const length = Math.floor((fits + exceeds) / 2);
    if (budget.whole(resultOf(length)) === null) exceeds = length;
    else fits = length;
  }
  return fits;
}
const texts = ['a', 'ü', '😀', '"', '\\', '\n', '\u0001', '\u2028'];

describe('the budget of a result', () => {
  it.each([2000, 2001, 2003, 20_000])('allows exactly %d tokens', (maxTokens) => {
    const budget = new ResultBudget(maxTokens);
    for (const text of texts) {
      const resultOf = (length: number) => ({ data: { text: text.repeat(length) } });
      const length = longestIn(budget, resultOf);
      const longest = budget.whole(resultOf(length))!;
      expect(tokensOf(longest.text, longest.structured)).toBeLessThanOrEqual(maxTokens);
      const longer = JSON.stringify(resultOf(length + 1));
      expect(tokensOf(longer, JSON.parse(longer))).toBeGreaterThan(maxTokens);
    }
  });

  it('counts numbers that are longer as strings, or shorter than in the text', () => {
    const budget = new ResultBudget(2000);
    for (const number of ['1.50', '12345678901234567890.50', '1e2', '-0.0', '1E+400']) {
      const resultOf = (length: number) => ({ data: new RawJson(`[${Array(length).fill(number).join()}]`) });
      const { text, structured, bytes } = budget.whole(resultOf(longestIn(budget, resultOf)))!;
      expect(bytes / 3.5).toBe(tokensOf(text, structured));
      expect(tokensOf(text, structured)).toBeLessThanOrEqual(2000);
    }
  });

  it('leaves the rest to links, as many as fit', () => {
    const budget = new ResultBudget(2000);
    const fitted = budget.whole({ data: 'x'.repeat(3400) })!;
    const link = (length: number) => ({ uri: 'x'.repeat(length) });
    const rest = 7000 - fitted.bytes - JSON.stringify(link(0)).length;
    expect(budget.fittingLinks(fitted, [link(rest)])).toEqual([link(rest)]);
    expect(budget.fittingLinks(fitted, [link(rest + 1), link(1)])).toEqual([link(1)]);
  });
});
