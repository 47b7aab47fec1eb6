import { parseFieldMap, plainFieldMap } from '../../../../src/import/rows/field-map.js';

const sourceOf = (text: string, name: string) =>
  parseFieldMap(text).columns.find(({ column }) => column.databaseName === name)!.source;

describe('a map from columns to fields', () => {
  it('maps each column that it does not name to the field of its name', () => {
    expect(sourceOf('{}', 'reference')).toEqual({ path: ['reference'], conversion: null });
    expect(plainFieldMap.fields).toContain('files');
  });

  it('accepts fields, JSON Pointers, constants as their text, and conversions', () => {
    expect(sourceOf('{"reference": "a.b"}', 'reference')).toEqual({ path: ['a.b'], conversion: null });
    expect(sourceOf('{"reference": "/a~1b/0"}', 'reference')).toEqual({ path: ['a/b', '0'], conversion: null });
    expect(sourceOf('{"charged_credits": {"value": 1.10}}', 'charged_credits')).toEqual({ constant: '1.10' });
    expect(sourceOf('{"created": {"seconds": "/at/s"}}', 'created')).toEqual({
      path: ['at', 's'],
      conversion: 'seconds',
    });
  });

  it('reports fields that are no longer columns as unknown', () => {
    const { fields } = parseFieldMap('{"reference": "/a/b"}');
    expect([fields.has('a'), fields.has('reference'), fields.has('context_id')]).toEqual([true, false, true]);
  });

  it('fails with all that is wrong with it', () => {
    const map = {
      model: 'x',
      id: { uuid: 1 },
      user_id: { value: 1, uuid: 'x' },
      reference: { uuid: 'x' },
      input_tokens: { seconds: 'x' },
      response: '/a~2',
    };
    const forms = `must be a field's name, a JSON Pointer, {"value": …}, {"uuid": …}, {"seconds": …} or {"milliseconds": …}`;
    expect(() => parseFieldMap(JSON.stringify(map))).toThrow(
      new RegExp(
        [
          '^The map is invalid:',
          '- "model" is not a column\\. The columns are id, .*, files\\.',
          `- "id" ${forms.replaceAll(/[{}|]/g, '\\$&')}\\.`,
          `- "user_id" ${forms.replaceAll(/[{}|]/g, '\\$&')}\\.`,
          '- "reference" cannot be \\{"uuid": …\\}, because the column has another type\\.',
          '- "input_tokens" cannot be \\{"seconds": …\\}, because the column has another type\\.',
          '- "response" has a malformed JSON Pointer: "/a~2"\\.$',
        ].join('\\n'),
      ),
    );
    expect(() => parseFieldMap('[]')).toThrow('The map must be a JSON object from columns to fields.');
    expect(() => parseFieldMap('{')).toThrow('The map is not JSON: ');
  });
});
