import type { GraphQLFormattedError } from 'graphql';

/** An error at one path, or the same error at several. */
export interface MergedError extends Omit<GraphQLFormattedError, 'path' | 'locations'> {
  readonly path?: readonly (string | number)[];
  /** The paths of the error, with `/` between names and positions. */
  readonly paths?: readonly string[];
}

/**
 * Returns the errors of a response. The same error at several paths occurs once, as does the error for a run's withheld
 * payload.
 */
export function mergeErrors(errors: readonly GraphQLFormattedError[]): MergedError[] {
  const merged = new Map<
    string,
    { readonly error: MergedError; readonly paths: Map<string, readonly (string | number)[]> }
  >();
  for (const reportedError of errors) {
    const {
      path,
      locations: _,
      ...error
    } = isWithheldPayload(reportedError) ? toRunError(reportedError) : reportedError;
    const key = JSON.stringify(error);
    const known = merged.get(key) ?? { error, paths: new Map() };
    merged.set(key, known);
    if (path) known.paths.set(path.join('/'), path);
  }
  return [...merged.values()].map(({ error, paths }) => {
    const [path, ...others] = paths.values();
    if (others.length > 0) return { ...error, paths: [...paths.keys()] };
    return { ...error, ...(path && { path }) };
  });
}

export const payloadNotVisible = 'The payload of this run is not visible to your role.';

export function isWithheldPayload({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.permission === 'read_payload';
}

/** Returns the run's error that corresponds to an error of one of its fields. */
function toRunError({
  path,
  extensions: { code, reason, permission } = {},
}: GraphQLFormattedError): GraphQLFormattedError {
  return {
    message: payloadNotVisible,
    ...(path && { path: path.slice(0, -1) }),
    extensions: { code, reason, permission },
  };
}
