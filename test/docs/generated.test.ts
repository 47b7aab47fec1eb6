import { generateDocuments } from '../../docs/generator/docs.js';
import { variableGroups } from '../../src/config/variables.js';
import { limitsBySection } from '../../src/limits.js';
import { metricTable } from '../../src/telemetry/metric-table.js';
import { readText } from './documents.js';

describe('generated documents', () => {
  it.each([...generateDocuments({ limitsBySection, variableGroups, metricTable })])(
    '%s equals the output of `npm run docs`',
    (path: string, text: string) => {
      expect(readText(path)).toBe(text);
    },
  );
});
