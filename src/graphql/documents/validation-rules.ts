import { specifiedRules, type ValidationRule } from 'graphql';
import { boundIntrospection } from './introspection.rule.js';
import { allowServiceFieldOnce } from './service-field.rule.js';

/** What is asked of a document beyond the rules of GraphQL. */
export const ownRules: readonly ValidationRule[] = [allowServiceFieldOnce, boundIntrospection];

export const allRules: readonly ValidationRule[] = [...specifiedRules, ...ownRules];
