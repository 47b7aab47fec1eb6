// A link to an operation with its variables in the fragment, which is never sent to a server.

export interface SharedOperation {
  readonly query: string;
  /** JSON text. */
  readonly variables: string;
}

/** @param secret is removed from the operation */
export function toFragment({ query, variables }: SharedOperation, secret: string): string {
  const withoutSecret = (text: string) => (secret === '' ? text : text.replaceAll(secret, '$TOKEN'));
  const parameters = new URLSearchParams({ query: withoutSecret(query) });
  if (variables.trim() !== '') parameters.set('variables', withoutSecret(variables));
  return `#${parameters}`;
}

/** Returns `undefined` if the fragment contains no operation. */
export function readFragment(fragment: string): SharedOperation | undefined {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const query = parameters.get('query');
  return query ? { query, variables: parameters.get('variables') ?? '' } : undefined;
}
