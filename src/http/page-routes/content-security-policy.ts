/**
 * Returns the policy of a page that must not be framed and sends no forms (Content Security Policy Level 3).
 * @param sources by directive; directives that are not listed allow none
 */
export function pagePolicy(sources: Readonly<Record<string, string>>): string {
  const policy = {
    'default-src': "'none'",
    ...sources,
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
  };
  return Object.entries(policy)
    .map((directive) => directive.join(' '))
    .join('; ');
}
