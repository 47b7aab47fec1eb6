import { column, sql } from '../../../src/database/fragment.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import { joinedProjection, singleProjection } from '../../../src/task-runs/columns/projection.js';

const options = {
  fieldGroups: FieldGroup.response | FieldGroup.responsePreview,
  isSelected: (groups: number) => sql`${column('run', 'field_groups')} & ${String(groups)} <> 0`,
  previewLength: column('run', 'preview_length'),
  returnedFacts: ['roles'],
};
const facts = ['field_groups', 'preview_length', 'roles'];

describe.each([
  ['joined', joinedProjection(options)],
  ['single', singleProjection(options)],
  ['limited', singleProjection(options, '$1::bigint')],
])('a %s projection of runs', (_layout, projection) => {
  it('needs nothing more over rows with the facts that it reads', () => {
    expect(projection.queryOver('read_run', facts).needs).toEqual([]);
  });

  it.each(facts)('names the fact %s that the rows of a statement lack', (missing) => {
    const others = facts.filter((fact) => fact !== missing);
    expect(() => projection.queryOver('read_run', others)).toThrow(`The statement needs run.${missing}. The rows have`);
  });
});
