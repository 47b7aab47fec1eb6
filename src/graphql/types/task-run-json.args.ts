import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../limits.js';
import { Bounded } from './bounds.js';

/** Declares an argument that narrows a JSON field. @param missingValueText ends its description */
function PathField(missingValueText: string, { isRequired = false } = {}): PropertyDecorator {
  return (prototype, property) => {
    Field(() => String, {
      nullable: !isRequired,
      description: `A JSON Pointer (RFC 6901), such as \`/items/0/label\`. Only the value at this path is read and returned; ${missingValueText}`,
    })(prototype, property);
    Bounded({ maxLength: limits.pointerLength.value })(prototype, property);
  };
}

@ArgsType()
export class PathArgs {
  @PathField('null if there is none. If omitted, the whole value is returned.')
  path?: string | null;
}

/** The argument of a field that is never null. */
@ArgsType()
export class PathToValueArgs {
  @PathField('an error if there is none, because this field cannot be null. If omitted, the whole value is returned.')
  path?: string | null;
}

@ArgsType()
export class RequiredPathArgs {
  @PathField('null if there is none.', { isRequired: true })
  path!: string;
}

@ArgsType()
export class PreviewArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPreviewLength.value,
    description: `The maximum length in characters (1–${limits.previewLength.value.toLocaleString('en')}). A longer text is cut and ends with an ellipsis.`,
  })
  @Bounded({ minimum: 1, maximum: limits.previewLength.value })
  length!: number | null;
}
