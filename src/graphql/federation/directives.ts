// The definitions from the Apollo Federation specification that this subgraph uses. Including them makes its SDL valid
// in every GraphQL tool, even without support for federation. Reference:
// https://www.apollographql.com/docs/graphos/reference/federation/directives

import { type DocumentNode, Kind, parse } from 'graphql';

/** The oldest version with all of the directives below. */
export const federationSpec = 'https://specs.apollo.dev/federation/v2.9';

const all = parse(`
directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
scalar federation__FieldSet
directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @shareable repeatable on FIELD_DEFINITION | OBJECT
directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`);

/** Returns the definitions required by a schema that uses these directives, including those for `@link`. */
export function definitionsFor(used: ReadonlySet<string>): DocumentNode {
  const definitions = all.definitions.filter(
    (node) => node.kind !== Kind.DIRECTIVE_DEFINITION || node.name.value === 'link' || used.has(node.name.value),
  );
  return { ...all, definitions };
}
