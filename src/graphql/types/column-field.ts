import { Field, Float, ID, Int } from 'type-graphql';
import { type RunColumn, runColumn } from '../../task-runs/record/run-columns.js';
import { DateTimeScalar, DecimalScalar, JSONScalar, UUIDScalar } from '../scalars/index.js';

const fieldTypes = {
  uuid: UUIDScalar,
  jsonb: JSONScalar,
  timestamptz: DateTimeScalar,
  integer: Int,
  'double precision': Float,
  numeric: DecimalScalar,
  boolean: Boolean,
  text: String,
  varchar: String,
} satisfies Record<RunColumn['type'], unknown>;

/** A field that is a column of the run: type, nullability and description are those of the entity. */
export function ColumnField(): PropertyDecorator {
  return (prototype, property) => {
    const { type, isPrimary, isNullable, default: nullReadsAs, description } = runColumn(String(property));
    const nullable = isNullable && nullReadsAs === undefined;
    Field(() => (isPrimary ? ID : fieldTypes[type]), { nullable, description: description! })(prototype, property);
  };
}
