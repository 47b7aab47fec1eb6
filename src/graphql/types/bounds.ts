import { Extensions } from 'type-graphql';

/** Bounds of an argument or input member, as JSON Schema keywords. They are enforced where the value is used. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

/** Adds bounds to the schema for tool descriptions, since SDL cannot express them. */
export function Bounded(bounds: Bounds): PropertyDecorator {
  return Extensions({ bounds }) as PropertyDecorator;
}
