// Checks that a route's validator cannot do, or only with unhelpful messages.

import type { GatewayError } from '../../errors/gateway-error.js';
import { invalidValues, orNot, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

const trueWords = ['true', '1', 't', 'yes', 'y', 'on'];
const falseWords = ['false', '0', 'f', 'no', 'n', 'off'];
const booleanForms = `must be true (${trueWords.join(', ')}) or false (${falseWords.join(', ')})`;

/**
 * Marks the schema of a list whose values contain commas. It is a symbol, so it does not appear in the schema or in
 * OpenAPI.
 */
export const hasCommas = Symbol('values contain commas');

type Schemas = Readonly<Record<string, Readonly<Record<string | symbol, unknown>>>>;

/**
 * Rewrites values for the validator: booleans in any form that FastAPI accepts, and lists that are separated by commas
 * (unless their values may contain commas) or repeated, including under a name with `[]`, as in axios and PHP.
 * @throws GatewayError VALIDATION_FAILED that names all unknown parameters, or an invalid boolean
 */
export function readQueryParameters(query: Record<string, unknown>, schemas: Schemas): void {
  const unknown = Object.keys(query)
    .filter((name) => !Object.hasOwn(schemas, name))
    .filter((name) => !renameList(name, query, schemas));
  if (unknown.length > 0) throw unknownParameters(unknown, Object.keys(schemas));
  for (const [name, { type, [hasCommas]: isRepeated }] of Object.entries(schemas)) {
    if (query[name] === undefined) continue;
    if (type === 'boolean') query[name] = toBoolean(name, query[name]);
    if (type === 'array') {
      const texts = [query[name]].flat().map(String);
      query[name] = isRepeated ? texts : texts.flatMap((text) => text.split(','));
    }
  }
}

/** Moves the values of `status_in[]` to `status_in`. @returns whether the name is that of a list */
function renameList(nameWithBrackets: string, query: Record<string, unknown>, schemas: Schemas): boolean {
  if (!nameWithBrackets.endsWith('[]')) return false;
  const name = nameWithBrackets.slice(0, -'[]'.length);
  if (!Object.hasOwn(schemas, name) || schemas[name]!.type !== 'array') return false;
  query[name] = [query[name] ?? [], query[nameWithBrackets]].flat();
  delete query[nameWithBrackets];
  return true;
}

function unknownParameters(unknown: readonly string[], allowed: readonly string[]): GatewayError {
  const parameters =
    allowed.length === 0 ? 'the operation has no parameters' : `the parameters are ${allowed.join(', ')}`;
  const detail = unknown.slice(0, limits.unknownParameters.value).map((name) => {
    const isList = allowed.includes(`${name}_in`) ? `, but \`${name}_in\` is` : '';
    return { loc: ['query', name], msg: `is not a parameter${isList}: ${parameters}`, type: 'extra_forbidden' };
  });
  return invalidValues(detail);
}

function toBoolean(name: string, value: unknown): boolean {
  const word = String(value).toLowerCase();
  if (trueWords.includes(word)) return true;
  if (falseWords.includes(word)) return false;
  throw validationFailed(['query', name], `${booleanForms}${orNot(value)}`, 'bool_parsing');
}
