import { GatewayError } from '../errors/gateway-error.js';
import { toRestName } from '../rest-name.js';

type Location = readonly (string | number)[];

/** Names of several words, in the backticks of a message. */
const argumentNames = /(?<=`)[a-z]+[A-Z]\w*(?=`)/g;

/**
 * Renames the arguments in errors about values that a route's schema cannot check.
 * @param nameOf returns a value's parameter and the path within it, or `undefined` if the value was not in a parameter
 * @param header the only parameter that is a header
 */
export function rethrowWithNames(nameOf: (loc: Location) => Location | undefined, header?: string) {
  return (error: unknown): never => {
    if (!(error instanceof GatewayError)) throw error;
    const { argument, detail } = error.extensions;
    if (argument !== undefined) {
      const path = argument.split('.').map((name) => (/^\d+$/.test(name) ? Number(name) : name));
      throw new GatewayError(error.reason, { argument: nameOf(path)?.join('.') ?? argument });
    }
    if (detail === undefined) throw error;
    const renamed = detail.map((entry) => {
      const name = nameOf(entry.loc);
      if (name === undefined) return entry;
      const msg = entry.msg.replace(argumentNames, toRestName);
      return { ...entry, msg, loc: [name[0] === header ? 'header' : 'query', ...name] };
    });
    throw new GatewayError(error.reason, { detail: renamed });
  };
}

/** Rethrows an error with the location of values in the body. */
export function rethrowInBody(error: unknown): never {
  if (!(error instanceof GatewayError) || error.extensions.detail === undefined) throw error;
  const detail = error.extensions.detail.map((entry) => ({ ...entry, loc: ['body', ...entry.loc] }));
  throw new GatewayError(error.reason, { detail });
}
