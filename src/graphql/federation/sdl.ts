// Prints the schema for clients, and for composition with other subgraphs.

import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLSchema, print, specifiedDirectives, visit } from 'graphql';
import { definitionsFor, federationSpec } from './directives.js';

const subgraphSdls = new WeakMap<GraphQLSchema, string>();
const specified = new Set(specifiedDirectives.map(({ name }) => name));

/** Returns the value of `_service { sdl }`: the schema with the directives for composition and routers. */
export function toSubgraphSdl(schema: GraphQLSchema): string {
  let sdl = subgraphSdls.get(schema);
  if (sdl === undefined) {
    const own = withoutExternalNames(withoutNodes(withoutSubgraphFields(schema)));
    const used = directivesIn(own);
    const imports = [...used].sort().map((name) => `"@${name}"`);
    const link = `extend schema @link(url: "${federationSpec}", import: [${imports.join(', ')}])`;
    sdl = `${link}\n\n${print(own)}\n\n${print(definitionsFor(used))}\n`;
    subgraphSdls.set(schema, sdl);
  }
  return sdl;
}

/** Returns the schema for clients, with only GraphQL's own directives. */
export function toApiSdl(schema: GraphQLSchema): string {
  const api = visit(withoutSubgraphFields(schema), {
    Directive: (node) => (specified.has(node.name.value) ? undefined : null),
  });
  return `${print(api)}\n`;
}

/** Returns the schema without types and fields that begin with `_`, because every subgraph has its own. */
function withoutSubgraphFields(schema: GraphQLSchema): DocumentNode {
  return visit(getDocumentNodeFromSchema(schema), {
    enter(node) {
      if (node.kind === 'SchemaDefinition') return null;
      if ('name' in node && node.name?.value.startsWith('_')) return null;
      return undefined;
    },
  });
}

/**
 * Returns a schema without `Node` and its fields. Every subgraph may have them, and would be asked to resolve other
 * subgraphs' objects.
 */
function withoutNodes(document: DocumentNode): DocumentNode {
  return visit(document, {
    InterfaceTypeDefinition: ({ name }) => (name.value === 'Node' ? null : undefined),
    FieldDefinition: ({ type }) => (/^\[?Node\b/.test(print(type)) ? null : undefined),
    NamedType: ({ name }, _key, parent) => (Array.isArray(parent) && name.value === 'Node' ? null : undefined),
  });
}

/**
 * Types owned by other services, which may define their own `name`. Without `@shareable` there, composition would fail.
 */
const externalTypes: ReadonlySet<string> = new Set(['User', 'LlmModel']);

/**
 * Returns a schema without the names of other services' objects, and without the type that has no field besides its
 * name.
 */
function withoutExternalNames(document: DocumentNode): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition(node) {
      if (node.name.value === 'TaskRevision') return null;
      if (!externalTypes.has(node.name.value)) return undefined;
      return { ...node, fields: node.fields!.filter(({ name }) => name.value !== 'name') };
    },
    FieldDefinition: ({ type }) => (/^TaskRevision\b/.test(print(type)) ? null : undefined),
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
