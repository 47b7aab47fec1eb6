import { GatewayError } from '../errors/gateway-error.js';

/**
 * Renames the arguments in errors of values that the schema of a route cannot check.
 * @param nameOf the query parameter that a value came in; undefined: it came in none
 */
export function failWithNames(nameOf: (loc: readonly (string | number)[]) => string | undefined) {
  return (error: unknown): never => {
    if (!(error instanceof GatewayError) || error.extensions.detail === undefined) throw error;
    const detail = error.extensions.detail.map((each) => {
      const name = nameOf(each.loc);
      return name === undefined ? each : { ...each, loc: ['query', name] };
    });
    throw new GatewayError(error.reason, { detail });
  };
}

/** Puts the arguments in errors of values where they are: in the body. */
export function failInBody(error: unknown): never {
  if (!(error instanceof GatewayError) || error.extensions.detail === undefined) throw error;
  const detail = error.extensions.detail.map((each) => ({ ...each, loc: ['body', ...each.loc] }));
  throw new GatewayError(error.reason, { detail });
}

/** Of changes only the cursor is left for the service to check. */
export function nameOfCursor([argument]: readonly (string | number)[]): string | undefined {
  return argument === 'after' ? argument : undefined;
}
