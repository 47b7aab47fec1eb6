import { readFileSync } from 'node:fs';
import { generateOperations, programs } from '../../../src/pages/generate-operations.js';

describe('operations of the pages', () => {
  it.each(programs)('match the texts and types of %s that `npm run schema:files` makes', (program: string) => {
    expect(readFileSync(`src/pages/${program}/operations.ts`, 'utf8')).toBe(generateOperations(program));
  });
});
