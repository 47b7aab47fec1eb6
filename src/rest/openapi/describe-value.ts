/** The part of a JSON Schema that describes values. */
interface ValueSchema {
  readonly type?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Describes the values of a parameter as the rest of a sentence: "an integer between 1 and 100". */
export function describeValue({ type, enum: values, minimum, maximum }: ValueSchema): string {
  if (values) return `one of ${values.join(', ')}`;
  const noun = { integer: 'an integer', number: 'a number' }[String(type)] ?? 'a single value';
  return minimum === undefined || maximum === undefined ? noun : `${noun} between ${minimum} and ${maximum}`;
}
