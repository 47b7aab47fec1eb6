import { Extensions } from 'type-graphql';

/** Bounds of an argument or a member of an input, as keywords of JSON Schema. They are checked where the value is used. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

/** Adds bounds to the schema, for descriptions of tools: SDL has none. */
export function Bounded(bounds: Bounds): PropertyDecorator {
  return Extensions({ bounds }) as PropertyDecorator;
}
