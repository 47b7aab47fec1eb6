import { GraphQLError } from 'graphql';
import { validationFailed } from '../errors/validation.js';
import { stringifyJson } from '../json/raw-json.js';

/** @throws GraphQLError VALIDATION_FAILED for an answer beyond the longest string there can be, half a gigabyte. */
export function stringifyAnswer(answer: object): string {
  try {
    return stringifyJson(answer);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const refusal = validationFailed(['query'], 'asks for a larger answer than can be written', 'too_long');
    throw new GraphQLError(refusal.message, { originalError: refusal, extensions: { http: { status: 200 } } });
  }
}
