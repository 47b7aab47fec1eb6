/** Returns a copy of an OpenAPI document without references to parameters, responses and headers. */
export function dereferenced(document: any): any {
  const copyOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copyOf);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: unknown };
    const [, kind, name] = /^#\/components\/(parameters|responses|headers)\/(.*)$/.exec(String($ref)) ?? [];
    if (kind !== undefined) return copyOf(document.components[kind][name!]);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]));
  };
  return copyOf(document);
}
