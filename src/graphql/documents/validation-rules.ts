import { specifiedRules, type ValidationRule } from 'graphql';
import { limitIntrospection } from './introspection.rule.js';
import { allowServiceFieldOnce } from './service-field.rule.js';

/** What is asked of a document beyond the rules of GraphQL. */
export const ownRules: readonly ValidationRule[] = [allowServiceFieldOnce, limitIntrospection];

export const allRules: readonly ValidationRule[] = [...specifiedRules, ...ownRules];
