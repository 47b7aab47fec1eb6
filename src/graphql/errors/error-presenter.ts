// Presents errors to GraphQL clients: catalogue errors, GraphQL's own errors with the status used by REST, and a masked
// message for all others.

import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { catalogue, reasonOfRejection } from '../../errors/catalogue.js';
import { docUrlOf } from '../../errors/error-list.js';
import { type ErrorExtensions, GatewayError } from '../../errors/gateway-error.js';
import { type GraphqlCode, graphqlCatalogue, isGraphqlCode } from '../../errors/graphql-catalogue.js';
import { limits } from '../../limits.js';

const maxMessageLength = limits.messageLength.value;

export type PresentError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Creates Apollo Server's `formatError`. An unknown error is masked and only contains the request id of its log line.
 * @param publicUrl base of absolute URLs, called for each error
 */
export function createErrorPresenter(publicUrl: () => string): PresentError {
  return ({ locations, path }, error) => {
    const position = {
      ...(locations ? { locations: locations.slice(0, limits.errorLocations.value) } : {}),
      ...(path ? { path } : {}),
    };
    const { message, extensions } = publicError(error) ?? maskedError(error);
    const docUrl = docUrlOf(extensions.code, publicUrl());
    return { message: shorten(message), ...position, extensions: { ...toEnumNames(extensions), docUrl } };
  };
}

/** Replaces roles and visibilities with their names in the schema. */
function toEnumNames({ requires, holds, ...extensions }: ErrorExtensions): Readonly<Record<string, unknown>> {
  if (requires === undefined || holds === undefined) return extensions;
  const { role, visibility } = requires;
  return {
    ...extensions,
    requires: { role: role.toUpperCase(), visibility: visibility.toUpperCase() },
    holds: holds.toUpperCase(),
  };
}

/** Omits the middle of a message. Messages about variables begin with the value and end with the fault. */
function shorten(message: string): string {
  if (message.length <= maxMessageLength) return message;
  const half = maxMessageLength / 2;
  return `${message.slice(0, half)}…${message.slice(1 - half)}`;
}

/** graphql-js errors without a code, which Apollo Server does not classify. */
const codeByMessage: readonly (readonly [message: RegExp, code: GraphqlCode])[] = [
  [/^Too many errors processing variables, error limit reached\. Execution aborted\.$/, 'BAD_USER_INPUT'],
  [/^Argument "\w+" (of required type|of non-null type|has invalid value)/, 'BAD_USER_INPUT'],
  [/^Schema is not configured to execute \w+ operation\.$/, 'OPERATION_RESOLUTION_FAILURE'],
];

/**
 * Returns the code for an error created by graphql-js itself, or undefined for an error that has a code or another
 * origin.
 * @param isThrownInside whether the error was thrown inside a field, where only graphql-js knows the location in the
 * document
 */
function graphqlCodeOf(error: unknown, isThrownInside: boolean): GraphqlCode | undefined {
  if (isVariableError(error)) return 'BAD_USER_INPUT';
  if (!(error instanceof GraphQLError) || error.originalError || error.extensions.code !== undefined) return undefined;
  if (isThrownInside && error.nodes === undefined) return undefined;
  return codeByMessage.find(([message]) => message.test(error.message))?.[1];
}

/** Whether the error is about an invalid variable. Such an error concerns the whole operation and has no path. */
function isVariableError(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.path !== undefined || error.extensions.code !== undefined) return false;
  return error.nodes?.length === 1 && error.nodes[0]!.kind === Kind.VARIABLE_DEFINITION;
}

interface PublicError {
  readonly message: string;
  readonly extensions: ErrorExtensions;
  /** The target for the log; clients do not receive it. */
  readonly target?: GatewayError['target'];
}

/** Returns the public part of an error, or null if the error has none. */
export function publicError(error: unknown): PublicError | null {
  const original = unwrapError(error);
  if (original instanceof GatewayError) {
    const { message, extensions, target } = original;
    return { message, extensions, target };
  }
  const { message, extensions } = error as { readonly message: string; readonly extensions?: Record<string, unknown> };
  const ownCode = graphqlCodeOf(original, original !== error);
  if (ownCode !== undefined) return graphqlError(withoutPayload(error as GraphQLError), ownCode);
  // An error thrown by a resolver is not one of GraphQL's own, even if it has such a code.
  if (original !== error) return null;
  const code = extensions?.code;
  if (isGraphqlCode(code)) return graphqlError(withoutPayload(error as GraphQLError), code);
  const httpStatus = (extensions?.http as { readonly status?: number } | undefined)?.status;
  if (code === 'BAD_REQUEST' || (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500)) {
    // Apollo has rejected an HTTP request that is not a GraphQL request.
    return {
      message,
      extensions: new GatewayError(reasonOfRejection(httpStatus ?? 400) ?? 'MALFORMED_REQUEST').extensions,
    };
  }
  return null;
}

/** Returns the error thrown by a resolver, or the cause of an error in the whole response. */
function unwrapError(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  return unwrapped instanceof GraphQLError && unwrapped.originalError instanceof GatewayError
    ? unwrapped.originalError
    : unwrapped;
}

function graphqlError(message: string, code: GraphqlCode): PublicError {
  const { status } = graphqlCatalogue[code];
  return { message, extensions: { code, status, reason: code } };
}

/** Arguments whose values are payload and may be confidential. */
const payloadPath = /\b(?:search|reference|contextId|response|submitted|runData|eq|in|contains|startsWith)\b/;
const maxQuotedLength = 42;

/** Whether a message may quote an argument's value, which must be short and neither payload nor an object or list. */
export function mayQuote(value: string, path: string): boolean {
  return value.length <= maxQuotedLength && !/^[{[]/.test(value) && !payloadPath.test(path);
}

/**
 * Returns graphql-js' message without values that may be payload, because graphql-js quotes whole variables and invalid
 * strings. Short values of variables are kept.
 */
function withoutPayload({ message, originalError }: GraphQLError): string {
  if (/^String cannot represent a non string value: /.test(message))
    return 'String cannot represent a non string value.';
  const variable = /^Variable "\$\w+" got invalid value /.exec(message)?.[0];
  if (variable === undefined || !originalError || !message.endsWith(`; ${originalError.message}`)) return message;
  const rest = message.slice(variable.length, -`; ${originalError.message}`.length);
  const at = / at "([\w.[\]]+)"$/.exec(rest);
  const value = at === null ? rest : rest.slice(0, at.index);
  const isQuoted = mayQuote(value, at?.[1] ?? '');
  const cause = isQuoted ? originalError.message : withoutPayload(originalError as GraphQLError);
  return `${variable.replace('invalid value ', isQuoted ? `invalid value ${value}` : 'an invalid value')}${at?.[0] ?? ''}; ${cause}`;
}

function maskedError(error: unknown): PublicError {
  const requestId = (error as { extensions?: { requestId?: unknown } }).extensions?.requestId;
  const { message, extensions } = new GatewayError(
    'INTERNAL_SERVER_ERROR',
    typeof requestId === 'string' ? { requestId } : {},
  );
  return { message, extensions };
}

/** Returns the log level for a returned error. */
export function logLevelOf(reason: string): 'debug' | 'info' | 'warn' | 'error' {
  return reason in catalogue ? catalogue[reason as keyof typeof catalogue].logLevel : 'debug';
}
