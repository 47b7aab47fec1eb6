import { validationFailed } from '../errors/validation.js';
import { limits } from '../limits.js';

const maxLevels = limits.levels.value;

/**
 * Yields the objects and lists of each level of a JSON value, starting with the value itself, without recursion.
 * @param loc of the value in an error
 * @param excluded an object or list whose levels do not count
 * @throws GatewayError VALIDATION_FAILED for a value with more than 64 levels
 */
export function* levelsOf(
  value: unknown,
  loc: readonly (string | number)[],
  excluded?: unknown,
): Generator<readonly object[], void> {
  const isCounted = (node: unknown): node is object => typeof node === 'object' && node !== null && node !== excluded;
  let level = [value].filter(isCounted);
  for (let levels = 1; level.length > 0; levels += 1) {
    if (levels > maxLevels) {
      throw validationFailed(loc, `must not be nested deeper than ${maxLevels} levels`);
    }
    yield level;
    level = level.flatMap((node): unknown[] => Object.values(node)).filter(isCounted);
  }
}

/** @throws GatewayError VALIDATION_FAILED for a value with more than 64 levels */
export function assertLevels(value: unknown, loc: readonly (string | number)[]): void {
  const levels = levelsOf(value, loc);
  while (!levels.next().done);
}
