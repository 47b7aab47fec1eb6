/** The text of an operation, with the types of its variables and data. */
export type Operation<Data, Variables> = string & { readonly types?: (variables: Variables) => Data };

/** Replaces the selection of a fragment with a part of it. */
export function withSelection<Data, Variables>(
  operation: Operation<Data, Variables>,
  fragment: string,
  selection: string,
): Operation<Data, Variables> {
  return operation.replace(
    new RegExp(`(fragment ${fragment} on \\w+) \\{[^]*?\\n\\}`),
    (_all, start) => `${start} { ${selection} }`,
  );
}
