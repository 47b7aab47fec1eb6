// The values that environment variables may have. A parser returns the value, or throws an error whose message is the
// end of a sentence that begins with the variable's name.

import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Faults } from '../errors/faults.js';
import { parsePointer } from '../json/parse-pointer.js';
import { parseConnectionUrl } from '../libpq/connection-url.js';
import { type IssuerType, issuerRules, issuerTypes } from './issuer-types.js';

/** A trusted token issuer, which is one entry of AUTH_ISSUERS. */
export interface IssuerConfig {
  /** The exact `iss` string, including any trailing slash. */
  readonly issuer: string;
  readonly type: IssuerType;
  /**
   * An https:, http: (only loopback) or file: URL of a JSON Web Key Set; `undefined` if the discovery document contains
   * it.
   */
  readonly jwks?: string;
  /** The audience that tokens must contain. Without it, the Hydra rules require `client_id` and a scope instead. */
  readonly audience?: string;
  /** The claim used as the subject instead of `sub`. */
  readonly subjectClaim?: string;
  /**
   * Precedes the `sub` of the issuer's tokens in every subject. Without `userId`, such callers cannot execute runs.
   */
  readonly subjectPrefix?: string;
  /** The origin of the id that runs store as their executor, if it is not the subject: a hash of it, or a claim. */
  readonly userId?: 'uuid5' | { readonly claim: string };
}

/** The location where the bytes of files are stored. */
export type FilesLocation =
  /** An absolute path. */
  /** Private means that no other user adds or reads files there. */
  | { readonly kind: 'directory'; readonly path: string; readonly isPrivate: boolean }
  /** The prefix has no slash at either end, and may be empty. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/** The path to the model in the JSON of runs. */
export interface ModelPlace {
  readonly source: 'response' | 'runData';
  /** A JSON Pointer. */
  readonly pointer: string;
  readonly isModel: true;
}

/** Parses a JSON Pointer into the run data or, with the prefix `response:`, into the response. */
export function parseModelPointer(text: string): ModelPlace {
  const [, prefix, pointer] = /^(response:)?(.*)$/s.exec(text)!;
  if (parsePointer(pointer!) === null)
    throw new Error('is not a JSON Pointer such as /model or, with a prefix, response:/model.');
  return { source: prefix === undefined ? 'runData' : 'response', pointer: pointer!, isModel: true };
}

export function parseInteger(text: string, min: number, max: number): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw new Error(`is not an integer from ${min} to ${max}.`);
  return number;
}

export function parseOneOf<T extends string>(text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new Error(`is not one of ${choices.join(', ')}.`);
  return choice;
}

// The faults below never repeat the value, because a connection string contains a password.
function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('is not a URL.');
  return new URL(text);
}

export function parseDatabaseUrl(text: string): string {
  parseConnectionUrl(text);
  return text;
}

/** The URLs are separated by commas. A URL may itself contain commas, but no second host. */
export function parseReplicaUrls(text: string): readonly string[] {
  const urls = text.split(/,(?=\s*postgres(?:ql)?:\/\/)/).map((url) => url.trim());
  const faults = new Faults();
  for (const url of urls) {
    const host = faults.attempt(() => parseConnectionUrl(url).host ?? '');
    if (host === '') faults.add('has a URL without a host.');
    if (host?.includes(',')) faults.add('has a URL with several hosts: give each replica its own URL.');
  }
  faults.throwIfAny();
  return urls;
}

export function parseRedisUrl(text: string): string {
  const { protocol, host } = parseUrl(text);
  if (!['redis:', 'rediss:'].includes(protocol) || host === '') throw new Error('is not a redis: or rediss: URL.');
  return text;
}

export function parsePublicUrl(text: string): string {
  const url = parseUrl(text);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Error('is not an http: or https: URL.');
  if (url.search || url.hash) throw new Error('has a query or fragment, but must be the base of other URLs.');
  return text.replace(/\/+$/, '');
}

export function parseFilesUrl(text: string): FilesLocation {
  const url = parseUrl(text);
  if (url.protocol === 'file:') {
    if (url.pathname === '/') throw new Error('names the root folder: write file:///folder.');
    return { kind: 'directory', path: fileURLToPath(text), isPrivate: false };
  }
  if (url.protocol !== 's3:') throw new Error('is not a file: or s3: URL.');
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.host))
    throw new Error('does not name a bucket: s3://bucket/prefix.');
  if (url.username || url.password || url.search || url.hash || !/^[\w!.*'()/-]*$/.test(prefix)) {
    throw new Error(
      "must be s3://bucket/prefix without user, password, query or fragment; the prefix may contain letters, digits and _ ! . * ' ( ) / -.",
    );
  }
  return { kind: 's3', bucket: url.host, prefix };
}

export function parseEndpoint(text: string): string {
  const { protocol, username, password, search, hash } = parseUrl(text);
  if (!['http:', 'https:'].includes(protocol)) throw new Error('is not an http: or https: URL.');
  if (username || password || search || hash) throw new Error('has a user, password, query or fragment.');
  return text;
}

/**
 * Parses comma-separated origins in the form that browsers send. An asterisk stands for any origin, or for any port of
 * a loopback host.
 */
export function parseOrigins(text: string): readonly string[] | '*' {
  if (text.trim() === '*') return '*';
  const origins = text.split(',').map((origin) => origin.trim());
  const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text && !text.includes('*');
  const loopback = origins.map((origin) => /^(.*):\*$/.exec(origin)?.[1] ?? '').filter(isOrigin);
  const tooWide = loopback.find((origin) => !isLoopbackHost(hostOf(new URL(origin))));
  if (tooWide !== undefined) throw new Error(`names "${tooWide}:*", but only loopback hosts may have any port.`);
  // A wildcard elsewhere would never match anything.
  const invalidOrigin = origins.find(
    (origin) => !isOrigin(origin) && !loopback.includes(origin.slice(0, -':*'.length)),
  );
  if (invalidOrigin !== undefined)
    throw new Error(`names "${invalidOrigin}", which is not an origin such as https://app.example.com.`);
  return origins;
}

export function parseSigningKey(text: string): string {
  if (text.length < 32) throw new Error('is shorter than 32 characters.');
  return text;
}

export function parseBearerToken(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new Error('has characters that are not allowed in a bearer token.');
  return text;
}

/** Parses comma-separated names. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new Error('has an empty name between commas.');
  return names;
}

/**
 * Parses pairs as in OTEL_RESOURCE_ATTRIBUTES: `name=value`, comma-separated, percent-encoded. Faults do not quote
 * values, because headers contain credentials: https://opentelemetry.io/docs/specs/otel/resource/sdk/
 */
export function parsePairs(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^\s*([^\s=]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (name === undefined) throw new Error('has a part that is not name=value.');
    try {
      return [decodeURIComponent(name), decodeURIComponent(value!)] as const;
    } catch {
      throw new Error(`has a value for ${name} that is not percent-encoded.`);
    }
  });
  return Object.fromEntries(pairs);
}

export function parseRatio(text: string): number {
  const ratio = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('is not a number from 0 to 1.');
  return ratio;
}

/** Parses comma-separated hosts as in URLs, including their ports. Anything else would never match. */
export function parseHosts(text: string): readonly string[] {
  const hosts = parseNames(text.toLowerCase());
  // This protocol has no default port, which would be omitted.
  const urlOf = (host: string) => `router://${host}`;
  const invalidHost = hosts.find(
    (host) => !URL.canParse(urlOf(host)) || new URL(urlOf(host)).host !== host || /\*/.test(host),
  );
  if (invalidHost !== undefined)
    throw new Error(`names "${invalidHost}", which is not a host such as router.example:4000.`);
  return hosts;
}

export function parseOn(text: string): boolean {
  if (text !== 'on') throw new Error('must be on, or unset.');
  return true;
}

export function parseIssuers(text: string): readonly IssuerConfig[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error('is not JSON.');
  }
  if (!Array.isArray(list) || list.length === 0) throw new Error('is not a JSON array with at least one issuer.');
  const faults = new Faults();
  const issuers = list.flatMap((entry, index) => faults.attempt(() => parseIssuer(entry, index)) ?? []);
  const knownIssuers = new Set<string>();
  for (const { issuer } of issuers) {
    if (knownIssuers.has(issuer)) faults.add(`names the issuer ${issuer} twice.`);
    knownIssuers.add(issuer);
  }
  faults.throwIfAny();
  return issuers;
}

function parseIssuer(entry: unknown, index: number): IssuerConfig {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw new Error(`[${index}] is not an object.`);
  const { issuer, type = 'hydra', jwks, audience, ...others } = entry as Record<string, unknown>;
  const { subjectClaim, subjectPrefix, userId, ...unknown } = others;
  const faults = new Faults();
  const check = (isValid: boolean, fault: string) => {
    if (!isValid) faults.add(`[${index}] ${fault}`);
  };
  for (const member of Object.keys(unknown)) check(false, `has an unknown member "${member}".`);
  check(typeof issuer === 'string' && issuer !== '', 'has no "issuer".');
  const known = issuerTypes.find((issuerType) => issuerType === type);
  check(known !== undefined, `has a "type" that is not one of ${issuerTypes.join(', ')}.`);
  const { requiresAudience, hasDiscovery, allowsSubjectClaim } = issuerRules[known ?? 'hydra'];
  if (jwks === undefined && hasDiscovery) {
    check(
      typeof issuer !== 'string' || faultOfKeySource(issuer, networkProtocols) === null,
      'has no "jwks", and its "issuer" has no discovery document, because it is not an https: or http: (loopback only) URL.',
    );
  } else {
    const fault = faultOfKeySource(jwks, [...networkProtocols, 'file:']);
    if (fault !== null) check(false, fault === 'not a URL' ? 'has no "jwks" URL.' : `has a "jwks" that is ${fault}.`);
  }
  if (requiresAudience) check(audience !== undefined, `has no "audience", which the type ${type} requires.`);
  check(
    subjectClaim === undefined || allowsSubjectClaim,
    `has a "subjectClaim", which issuers of the type ${type} do not support.`,
  );
  const isText = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value);
  check(audience === undefined || isText(audience, /./s), 'has an "audience" that is not a non-empty string.');
  check(
    subjectClaim === undefined || isText(subjectClaim, /./s),
    'has a "subjectClaim" that is not a non-empty string.',
  );
  check(
    subjectPrefix === undefined || isText(subjectPrefix, /^[\x21-\x7e]{1,64}$/),
    'has a "subjectPrefix" that is not 1 to 64 ASCII characters without spaces.',
  );
  check(
    userId === undefined || userId === 'uuid5' || isClaimObject(userId),
    'has a "userId" that is neither "uuid5" nor {"claim": "…"}.',
  );
  faults.throwIfAny();
  const optional = {
    ...(jwks === undefined ? {} : { jwks }),
    ...(audience === undefined ? {} : { audience }),
    ...(subjectClaim === undefined ? {} : { subjectClaim }),
    ...(subjectPrefix === undefined ? {} : { subjectPrefix }),
    ...(userId === undefined ? {} : { userId }),
  };
  return { issuer, type, ...optional } as IssuerConfig;
}

function isClaimObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'claim') return false;
  const { claim } = value as { readonly claim: unknown };
  return typeof claim === 'string' && claim !== '';
}

export const networkProtocols = ['https:', 'http:'] as const;

/**
 * Returns a description of the string, such as "not a URL", if keys cannot be fetched from it, or `null` if they can.
 */
export function faultOfKeySource(text: unknown, protocols: readonly string[]): string | null {
  if (typeof text !== 'string' || !URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  const { username, password, protocol } = url;
  // A fetch would reject it as well, but with a message that repeats it.
  if (username || password) return 'a URL with a user or password';
  // Keys fetched unencrypted from another host could be anyone's.
  const isTrustworthy = protocol !== 'http:' || isLoopbackHost(hostOf(url));
  if (isTrustworthy && protocols.includes(protocol)) return null;
  const allowed = protocols.includes('file:')
    ? 'https:, http: (loopback only) or file:'
    : 'https: or http: (loopback only)';
  return `not an ${allowed} URL`;
}

/** Returns the host without its port and without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
