import type { ResponsePath } from 'graphql';

/** Returns the path of a field without its positions in lists, which is the same for all objects of a list. */
export function groupName(path: ResponsePath): string {
  const keys: string[] = [];
  for (let at: ResponsePath | undefined = path; at; at = at.prev) if (typeof at.key === 'string') keys.push(at.key);
  return keys.reverse().join('.');
}
