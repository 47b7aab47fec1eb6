import { createComparison } from '../../../src/run-types/disagreements.js';
import { isNestedTooDeep, maxLevels } from '../../../src/run-types/nesting.js';
import { renderTypes } from '../../../src/run-types/render-types.js';
import { typeLanguages } from '../../../src/run-types/type-languages.js';

/** JSON text of this many levels of each form. */
const nested: Readonly<Record<string, (levels: number) => string>> = {
  lists: (levels) => `${'['.repeat(levels)}${']'.repeat(levels)}`,
  objects: (levels) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`,
  'lists of lists and objects': (levels) => `${'[7,{"a":'.repeat(levels / 2)}7${'}]'.repeat(levels / 2)}`,
};
const forms = Object.entries(nested);

describe('the nesting of JSON', () => {
  it.each(forms)('counts levels: %s', (_form, ofLevels) => {
    expect(isNestedTooDeep(JSON.parse(ofLevels(maxLevels)))).toBe(false);
    expect(isNestedTooDeep(JSON.parse(ofLevels(maxLevels + 2)))).toBe(true);
    expect(isNestedTooDeep([7, JSON.parse(ofLevels(maxLevels))])).toBe(true);
    expect(isNestedTooDeep(JSON.parse(ofLevels(2000)))).toBe(true);
  });

  it.each([7, null, 'text', [], {}, Array(1000).fill([])])('stays low in wide or flat values', (json) => {
    expect(isNestedTooDeep(json)).toBe(false);
  });

  it.each(forms)('reaches the depth to which types can be rendered, in every language: %s', async (_form, ofLevels) => {
    const samples = [ofLevels(maxLevels), '"text"'].map((json) => `{"response":${json}}`);
    const comparison = createComparison();
    for (const [index, text] of samples.entries()) comparison.add(`${index}`, JSON.parse(text));
    expect(comparison.disagreements()[0]!.path).toBe('/response');
    for (const language of typeLanguages) {
      expect(await renderTypes(language, 'TypedRun', samples, [])).toContain('response');
    }
  });
});
