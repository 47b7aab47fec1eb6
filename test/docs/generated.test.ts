import { generateDocuments } from '../../docs/generator/docs.js';
import { variableGroups } from '../../src/config/variables.js';
import { listLimits, operationLimits } from '../../src/limits.js';
import { readText } from './documents.js';

describe('generated documents', () => {
  it.each([...generateDocuments({ operationLimits, listLimits, variableGroups })])(
    '%s has what `npm run docs` prints',
    (path: string, text: string) => {
      expect(readText(path)).toBe(text);
    },
  );
});
