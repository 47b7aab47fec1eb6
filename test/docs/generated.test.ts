import { generateDocuments } from '../../docs/generator/docs.js';
import { variableGroups, variableParagraphs } from '../../src/config/variables.js';
import { entities } from '../../src/database/entities/index.js';
import { limitsBySection } from '../../src/limits.js';
import { metricTable } from '../../src/telemetry/metric-table.js';
import { readText } from './documents.js';

const tables = { limitsBySection, variableGroups, variableParagraphs, metricTable, entities };

describe('generated documents', () => {
  it.each([...generateDocuments(tables)])('%s equals the output of `npm run docs`', (path: string, text: string) => {
    expect(readText(path)).toBe(text);
  });
});

describe('the generator of documents', () => {
  it.each([
    ['two limits of one name', 'HTTP', ['days', 'days'], 'The limit "days" is declared twice.'],
    ['a limit of a section that no document has', 'Sea', ['days'], 'No document has a place for "limits: Sea".'],
  ])('rejects %s', (_what, section, names, message) => {
    const limits = { ...limitsBySection, [section]: names.map((name) => ({ name, value: 7 })) };
    expect(() => generateDocuments({ ...tables, limitsBySection: limits })).toThrow(message);
  });
});
