import type { Tool } from '@modelcontextprotocol/server';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { formatCount } from '../format-count.js';
import type { TrustedDocument } from '../graphql/documents/compile-documents.js';
import { toInputSchema } from './input-schema.js';
import { toOutputSchema } from './output-schema.js';
import { piecewiseTools } from './tool-documents.js';
import { defaultPieceLength, maxPieceLength, pieceSchema } from './value-presenter.js';

export interface RunTool {
  readonly document: DocumentNode;
  /** The operation that needs only the id; undefined: the tool has no such form. */
  readonly byId?: OperationDefinitionNode | undefined;
  /** Whether it returns JSON in pieces, with arguments that are no variables of its operation. */
  readonly isPiecewise: boolean;
  /** The tool for clients, with the name of its operation. */
  readonly tool: Tool;
}

const byIdSuffix = '_by_id';

const pieceArguments = {
  offset: {
    type: 'integer',
    minimum: 0,
    default: 0,
    description: 'The position of the first character: 0, or nextOffset of the previous piece.',
  },
  length: {
    type: 'integer',
    minimum: 1,
    maximum: maxPieceLength,
    default: defaultPieceLength,
    description: `The characters of the piece (1–${formatCount(maxPieceLength)}).`,
  },
};

/**
 * Returns a tool for every named query, by its name. The first of several queries with a name is the tool. `x_by_id` in
 * a document with `x` is no tool, but the form of `x` with the id alone.
 */
export function toTools(documents: readonly TrustedDocument[], schema: GraphQLSchema): ReadonlyMap<string, RunTool> {
  const tools = new Map<string, RunTool>();
  for (const { document, operations, text } of documents) {
    for (const operation of operations) {
      const name = operation.name?.value;
      if (name === undefined || operation.operation !== OperationTypeNode.QUERY || tools.has(name)) continue;
      if (name.endsWith(byIdSuffix) && hasOperation(operations, name.slice(0, -byIdSuffix.length))) continue;
      const byId = operations.find((each) => each.name?.value === `${name}${byIdSuffix}`);
      const isPiecewise = piecewiseTools.has(name);
      const inputSchema = toInputSchema(schema, document, operation);
      const forms = byId ? [operation, byId] : [operation];
      const tool: Tool = {
        name,
        description: commentBefore(text, operation.loc!.start) ?? `The query ${name}.`,
        inputSchema: {
          ...inputSchema,
          properties: { ...inputSchema.properties, ...(isPiecewise && pieceArguments) },
          required: toInputSchema(schema, document, byId ?? operation).required,
        },
        outputSchema: toOutputSchema(schema, document, forms, isPiecewise ? pieceSchema : {}),
        annotations: { readOnlyHint: true, openWorldHint: false },
      };
      tools.set(name, { document, byId, isPiecewise, tool });
    }
  }
  return tools;
}

function hasOperation(operations: readonly OperationDefinitionNode[], name: string): boolean {
  return operations.some((each) => each.name?.value === name);
}

/** Returns the comment directly before a position in a document as one text; undefined without one. */
function commentBefore(text: string, start: number): string | undefined {
  const lines = text.slice(0, start).trimEnd().split('\n');
  const first = lines.findLastIndex((line) => !line.trimStart().startsWith('#')) + 1;
  const words = lines.slice(first).map((line) => line.replace(/^\s*#+\s?/, '').trim());
  return words.join(' ').trim() || undefined;
}
