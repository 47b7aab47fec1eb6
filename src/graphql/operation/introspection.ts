// Decides for each request who may read the schema, because a document cached for an owner may be sent by another
// caller.

import { type DocumentNode, type FieldNode, GraphQLError, locatedError } from 'graphql';
import type { Config } from '../../config/config.js';
import type { MaybePromise } from '../../maybe-promise.js';
import type { GatewayContext } from '../context.js';
import { findField } from '../documents/validation-rules.js';

/**
 * Returns an error if the document introspects the schema and the caller is not allowed to, or if that cannot be
 * determined.
 */
export type RejectIntrospection = (
  document: DocumentNode,
  context: GatewayContext,
) => MaybePromise<GraphQLError | null>;

export function createIntrospectionRule(introspection: Config['introspection']): RejectIntrospection {
  if (introspection === 'on') return () => null;
  const found = new WeakMap<DocumentNode, FieldNode | null>();
  return (document, context) => {
    let field = found.get(document);
    if (field === undefined) {
      field = findField(document, ['__schema', '__type', '_service']);
      found.set(document, field);
    }
    if (field === null) return null;
    const rejection = new GraphQLError('The caller may not introspect the schema.', {
      nodes: [field],
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    if (introspection === 'off') return rejection;
    return ownsOrganization(context).then(
      (isOwner) => (isOwner ? null : rejection),
      (error) => locatedError(error, [field]),
    );
  };
}

/**
 * Removes graphql-js' "Did you mean …" from the errors for a caller who may not introspect the schema. Returns null if
 * there is nothing to remove.
 */
export type HideSuggestions = (errors: readonly GraphQLError[], context: GatewayContext) => Promise<void> | null;

export function createSuggestionRule(introspection: Config['introspection']): HideSuggestions {
  return (errors, context) => {
    if (introspection === 'on') return null;
    const suggesting = errors.filter(({ message }) => withoutSuggestion(message) !== message);
    return suggesting.length === 0 ? null : hide(suggesting, context);
  };

  async function hide(errors: readonly GraphQLError[], context: GatewayContext): Promise<void> {
    const mayIntrospect = introspection === 'owners' && (await ownsOrganization(context).catch(() => false));
    if (mayIntrospect) return;
    // The message of a variable error includes that of its cause.
    for (const errorOrCause of errors.flatMap((error) => [error, error.originalError ?? error]))
      errorOrCause.message = withoutSuggestion(errorOrCause.message);
  }
}

/** Removes the suggestion at the end of a message. A preceding quoted value may contain the same words. */
function withoutSuggestion(message: string): string {
  const start = message.endsWith('?') ? message.lastIndexOf(' Did you mean ') : -1;
  return start === -1 ? message : message.slice(0, start);
}

/** Whether the caller is an owner of at least one organization. @throws GatewayError */
export async function ownsOrganization({ services }: GatewayContext): Promise<boolean> {
  return (await services.resources.organizations()).some(({ role }) => role === 'owner');
}
