import { callers } from './world.js';

/**
 * Signs the tokens of all callers.
 * @param {(token: object) => Promise<string>} sign
 * @returns {Promise<Record<string, string | undefined>>} by the caller's name; undefined for a caller without a token
 */
export async function signTokens(sign) {
  const tokenOf = ({ subject, claims, audience, isExpired }) =>
    subject === null
      ? undefined
      : sign({ subject, claims, audiences: audience ? [audience] : [], ...(isExpired ? { expires: '1h ago' } : {}) });
  const names = Object.keys(callers);
  const tokens = await Promise.all(names.map((name) => tokenOf(callers[name])));
  return Object.fromEntries(names.map((name, index) => [name, tokens[index]]));
}
