// The schema as text: for clients, and for a federated gateway that composes it with other subgraphs.

import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLSchema, print, specifiedDirectives, visit } from 'graphql';
import { definitionsFor, federationSpec } from './directives.js';

const subgraphSdls = new WeakMap<GraphQLSchema, string>();
const specified = new Set(specifiedDirectives.map(({ name }) => name));

/** Returns what `_service { sdl }` does: the schema with the directives that composers and routers read. */
export function toSubgraphSdl(schema: GraphQLSchema): string {
  let sdl = subgraphSdls.get(schema);
  if (sdl === undefined) {
    const own = withoutNodes(withoutSubgraphFields(schema));
    const used = directivesIn(own);
    const imports = [...used].sort().map((name) => `"@${name}"`);
    const link = `extend schema @link(url: "${federationSpec}", import: [${imports.join(', ')}])`;
    sdl = `${link}\n\n${print(own)}\n\n${print(definitionsFor(used))}\n`;
    subgraphSdls.set(schema, sdl);
  }
  return sdl;
}

/** Returns the schema as clients see it: without any directive that is not GraphQL's own. */
export function toApiSdl(schema: GraphQLSchema): string {
  const api = visit(withoutSubgraphFields(schema), {
    Directive: (node) => (specified.has(node.name.value) ? undefined : null),
  });
  return `${print(api)}\n`;
}

/** Returns the schema without types and fields that begin with `_`: every subgraph has its own. */
function withoutSubgraphFields(schema: GraphQLSchema): DocumentNode {
  return visit(getDocumentNodeFromSchema(schema), {
    enter(node) {
      if (node.kind === 'SchemaDefinition') return null;
      if ('name' in node && node.name?.value.startsWith('_')) return null;
      return undefined;
    },
  });
}

/** Returns a schema without `Node` and what returns it: every subgraph has its own, and would find objects of others. */
function withoutNodes(document: DocumentNode): DocumentNode {
  return visit(document, {
    InterfaceTypeDefinition: ({ name }) => (name.value === 'Node' ? null : undefined),
    FieldDefinition: ({ type }) => (/^\[?Node\b/.test(print(type)) ? null : undefined),
    NamedType: ({ name }, _key, parent) => (Array.isArray(parent) && name.value === 'Node' ? null : undefined),
  });
}

function directivesIn(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, {
    Directive: ({ name: { value } }) => {
      if (!specified.has(value)) used.add(value);
    },
  });
  return used;
}
