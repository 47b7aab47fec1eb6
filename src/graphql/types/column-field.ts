import { Field } from 'type-graphql';
import { runColumn } from '../../task-runs/record/run-columns.js';
import { namedScalars } from '../scalars/index.js';

/** Declares a field that is a column of the run, with the type, nullability and description of the entity. */
export function ColumnField(): PropertyDecorator {
  return (prototype, property) => {
    const { scalar, isNullable, default: nullReadsAs, description } = runColumn(String(property));
    const nullable = isNullable && nullReadsAs === undefined;
    Field(() => namedScalars[scalar], { nullable, description: description! })(prototype, property);
  };
}
