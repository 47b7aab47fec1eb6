// The schema as a federated gateway composes it: with its directives, and without what every subgraph has.

import {
  type ASTNode,
  type ConstDirectiveNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { definitionsFor, federationSpec } from './directives.js';

const sdlOf = new WeakMap<GraphQLSchema, string>();

/** The text of the committed schema.graphql and of `_service { sdl }`, in the order of the code. */
export function toSubgraphSdl(schema: GraphQLSchema): string {
  let sdl = sdlOf.get(schema);
  if (sdl === undefined) {
    const { text, used } = printOwn(schema);
    const imports = [...used].sort().map((name) => `"@${name}"`);
    const link = `extend schema @link(url: "${federationSpec}", import: [${imports.join(', ')}])`;
    sdl = `${link}\n\n${text}\n\n${print(definitionsFor(used))}\n`;
    sdlOf.set(schema, sdl);
  }
  return sdl;
}

/** A part of a schema, on whose syntax node TypeGraphQL keeps directives. */
interface SchemaElement {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
  readonly getFields?: () => Readonly<Record<string, SchemaElement>>;
  readonly args?: readonly (SchemaElement & { readonly name: string })[];
}

/** The text of graphql-js, with the directives it leaves out and without types and fields that begin with `_`. */
function printOwn(schema: GraphQLSchema): { readonly text: string; readonly used: ReadonlySet<string> } {
  let text = printSchema(schema);
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const used = new Set<string>();
  let type: SchemaElement | undefined;
  let field: SchemaElement | undefined;

  visit(parse(text), {
    enter(node) {
      if ('name' in node && node.name?.value.startsWith('_')) {
        remove(node);
        return false;
      }
      switch (node.kind) {
        case 'ObjectTypeDefinition':
        case 'InterfaceTypeDefinition':
        case 'InputObjectTypeDefinition':
          type = schema.getType(node.name.value);
          field = undefined;
          return decorate(headEnd(node as ObjectTypeDefinitionNode), type);
        case 'FieldDefinition':
          field = type?.getFields?.()[node.name.value];
          return decorate(node.loc!.end, field);
        case 'InputValueDefinition':
          return decorate(
            node.loc!.end,
            field ? field.args?.find(({ name }) => name === node.name.value) : type?.getFields?.()[node.name.value],
          );
      }
    },
  });
  for (const edit of edits.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  return { text: text.trimEnd().replaceAll('{\n\n', '{\n'), used };

  function decorate(end: number, element: SchemaElement | undefined): undefined {
    const directives = element?.astNode?.directives ?? [];
    for (const { name } of directives) used.add(name.value);
    edits.push({ start: end, end, text: directives.map((directive) => ` ${print(directive)}`).join('') });
  }

  function remove({ loc }: ASTNode): void {
    const { start, end } = loc!;
    edits.push({ start: text.slice(0, start).trimEnd().length, end, text: '' });
  }
}

/** Where a type's directives stand: behind its name and its interfaces. */
function headEnd({ name, interfaces = [] }: ObjectTypeDefinitionNode): number {
  return (interfaces.at(-1) ?? name).loc!.end;
}
