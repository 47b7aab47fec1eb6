import { GraphQLError } from 'graphql';
import { validationFailed } from '../../errors/validation.js';
import { stringifyJson } from '../../json/raw-json.js';

/** @throws GraphQLError VALIDATION_FAILED for a result beyond the maximum length of a string, half a gigabyte. */
export function stringifyResult(result: object): string {
  try {
    return stringifyJson(result);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const originalError = validationFailed(
      ['query'],
      'must select no more than one response can hold, half a gigabyte',
      'too_long',
    );
    throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 200 } } });
  }
}
