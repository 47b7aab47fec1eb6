import { readFileSync } from 'node:fs';
import { generateOperations } from '../../../src/pages/generate-operations.js';

describe('operations of the pages', () => {
  it('have the texts and types that `npm run schema:files` makes', () => {
    expect(readFileSync('src/pages/operations.ts', 'utf8')).toBe(generateOperations());
  });
});
