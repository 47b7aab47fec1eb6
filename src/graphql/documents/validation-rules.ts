import { specifiedRules, type ValidationRule } from 'graphql';
import { limitIntrospection } from './introspection.rule.js';
import { allowServiceFieldOnce } from './service-field.rule.js';

/** The gateway's validation rules in addition to GraphQL's. */
export const ownRules: readonly ValidationRule[] = [allowServiceFieldOnce, limitIntrospection];

export const allRules: readonly ValidationRule[] = [...specifiedRules, ...ownRules];
