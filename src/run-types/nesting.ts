// limit | Database and files | levels of JSON that `npm run types` infers from | | deeper runs are omitted and named
/** Nested lists and objects. The inference of types, and many parsers of JSON, recurse into each. */
export const maxLevels = 200;

/** Whether JSON is nested deeper than types are inferred from. */
export function isNestedTooDeep(json: unknown): boolean {
  let level = [json].filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxLevels) return true;
    level = level.flatMap((each) => Object.values(each).filter(isNested));
  }
  return false;
}

function isNested(json: unknown): json is object {
  return typeof json === 'object' && json !== null;
}
