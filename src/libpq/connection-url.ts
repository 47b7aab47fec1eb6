// Connection URLs of libpq, which may contain several hosts and are therefore not valid WHATWG URLs:
// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS Error messages end a sentence that
// begins with the setting's name. They never repeat the URL, which may contain a password.

import { Faults } from '../errors/faults.js';
import { toConnectionTarget } from './connection-target.js';
import {
  checkParameter,
  isParameterName,
  type ParameterName,
  type Parameters,
  parameterNames,
  unsupportedParameters,
} from './parameters.js';
import { readTlsOptions } from './tls-options.js';

const urlPattern = /^(?:postgres|postgresql):\/\/(?:([^/?#]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;

export function parseConnectionUrl(url: string): Parameters {
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('is not a postgres:// or postgresql:// URL.');
  const [, userinfo = '', authority = '', path = '', query = ''] = urlPattern.exec(url)!;
  const [user = '', password = ''] = splitOnce(userinfo, ':');
  const faults = new Faults();
  const readers: (() => [string, string][])[] = [
    () => [['user', decode(user)]],
    () => [['password', decode(password)]],
    () => hostsOf(authority),
    () => [['dbname', decode(path)]],
    ...(query === '' ? [] : query.split('&').map((text) => () => [parseQueryParameter(text)])),
  ];
  const given = readers.flatMap((read) => faults.attempt(read) ?? []);
  const names = new Set(given.map(([name]) => name));
  for (const [name, { fault }] of Object.entries(unsupportedParameters))
    if (names.delete(name)) faults.add(`has the parameter ${name}, which ${fault}`);
  const unknown = [...names].flatMap((name) => (isParameterName(name) ? [] : JSON.stringify(name)));
  if (unknown.length > 0) {
    const parameters = unknown.length === 1 ? 'parameter' : 'parameters';
    faults.add(
      `has the ${parameters} ${unknown.join(', ')}, but only these are supported: ${parameterNames.join(', ')}.`,
    );
  }
  const found: Partial<Record<ParameterName, string>> = {};
  for (const [name, value] of given) if (isParameterName(name) && value !== '') found[name] = value;
  for (const name of parameterNames)
    if (found[name] !== undefined) faults.attempt(() => assertParameter(name, found[name]!));
  faults.throwIfAny();
  return found;
}

/** Returns a URL with these parameters. */
export function formatConnectionUrl(values: Parameters): string {
  const query = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `postgres:///?${query.join('&')}`;
}

function hostsOf(authority: string): [ParameterName, string][] {
  const hosts = authority.split(',').map((host) => {
    const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(host);
    if (match === null) throw new Error('has a host that is not a name with an optional port.');
    return { host: decode(match[1]!.replace(/^\[(.*)\]$/, '$1')), port: match[2] ?? '' };
  });
  const ports = hosts.map(({ port }) => port);
  return [
    ['host', hosts.map(({ host }) => host).join(',')],
    ['port', ports.every((port) => port === '') ? '' : ports.join(',')],
  ];
}

function parseQueryParameter(text: string): [string, string] {
  const [name = '', value = ''] = splitOnce(text, '=').map(decode);
  return [name, value];
}

function assertParameter(name: ParameterName, value: string): void {
  try {
    checkParameter(name, value);
  } catch (error) {
    throw new Error(`has the parameter ${name}, which ${(error as Error).message}`);
  }
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % without two hexadecimal digits. Write %25 for a literal %.');
  }
}

/**
 * Returns the URL, and adds the parameters that it omits from variables.
 * @throws Error whose message is the end of a sentence, including for a certificate that cannot be read
 */
export function completeConnectionUrl(url: string, variables: Parameters): string {
  const given = parseConnectionUrl(url);
  const complete = { ...variables, ...given };
  const { tls } = toConnectionTarget(complete);
  if (tls !== undefined) readTlsOptions(tls);
  const isComplete = Object.keys(complete).length === Object.keys(given).length;
  return isComplete ? url : formatConnectionUrl(complete);
}
