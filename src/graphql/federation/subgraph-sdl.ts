// The schema as a federated gateway composes it: with its directives, and without what every subgraph has.

import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLSchema, print, specifiedDirectives, visit } from 'graphql';
import { definitionsFor, federationSpec } from './directives.js';

const sdlOf = new WeakMap<GraphQLSchema, string>();
const specified = new Set(specifiedDirectives.map(({ name }) => name));

/** The text of the committed schema.graphql and of `_service { sdl }`, in the order of the code. */
export function toSubgraphSdl(schema: GraphQLSchema): string {
  let sdl = sdlOf.get(schema);
  if (sdl === undefined) {
    const { own, used } = takeOwn(getDocumentNodeFromSchema(schema));
    const imports = [...used].sort().map((name) => `"@${name}"`);
    const link = `extend schema @link(url: "${federationSpec}", import: [${imports.join(', ')}])`;
    sdl = `${link}\n\n${print(own)}\n\n${print(definitionsFor(used))}\n`;
    sdlOf.set(schema, sdl);
  }
  return sdl;
}

/** Without types and fields that begin with `_`, and with the names of the directives that federation has to know. */
function takeOwn(document: DocumentNode): { readonly own: DocumentNode; readonly used: ReadonlySet<string> } {
  const used = new Set<string>();
  const own = visit(document, {
    enter(node) {
      if (node.kind === 'SchemaDefinition') return null;
      if ('name' in node && node.name?.value.startsWith('_')) return null;
      if (node.kind === 'Directive' && !specified.has(node.name.value)) used.add(node.name.value);
    },
  });
  return { own, used };
}
