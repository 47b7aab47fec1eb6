import type { Tool } from '@modelcontextprotocol/server';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { formatCount } from '../format-count.js';
import type { TrustedDocument } from '../graphql/documents/compile-documents.js';
import { toInputSchema } from './input-schema.js';
import { toOutputSchema } from './output-schema.js';
import { type Refinement, refinements } from './refine.js';
import { piecewiseTools } from './tool-documents.js';
import { defaultPieceLength, maxPieceLength, pieceSchema } from './value-presenter.js';

export interface RunTool {
  readonly document: DocumentNode;
  /** The form of the operation that needs only the id; `undefined` if the tool does not have one. */
  readonly byId?: OperationDefinitionNode | undefined;
  /** Whether the tool returns JSON in pieces, with arguments that are not variables of its operation. */
  readonly isPiecewise: boolean;
  /**
   * Whether a result that is too long can be continued at an offset in its items, with an argument that is not a
   * variable.
   */
  readonly isSliceable: boolean;
  /** Derives the result from the operation's response. If `undefined`, the response is the result. */
  readonly refinement?: Refinement | undefined;
  /** The tool as clients see it, with the name of its operation. */
  readonly tool: Tool;
}

const byIdSuffix = '_by_id';

/**
 * Suffixes of the gateway's own operations that are not tools themselves, but belong to a tool in the same document.
 */
const ownSuffixes = [byIdSuffix, '_files', '_newest', '_usage'];

const pieceArguments = {
  offset: {
    type: 'integer',
    minimum: 0,
    default: 0,
    description: '0, or nextOffset of the previous piece.',
  },
  length: {
    type: 'integer',
    minimum: 1,
    maximum: maxPieceLength,
    default: defaultPieceLength,
    description: `Characters of the piece (1–${formatCount(maxPieceLength)}).`,
  },
};

const offsetArgument = {
  type: 'integer',
  minimum: 0,
  default: 0,
  description: 'From `left.continue`.',
};

/**
 * Returns a tool for every named query, by name. If several queries have the same name, the first is the tool.
 * `x_by_id` in a document with `x` is not a tool, but the form of `x` that needs only the id.
 * @param own the gateway's own documents, which have refinements and describe each shared input type once
 */
export function toTools(
  own: readonly TrustedDocument[],
  trusted: readonly TrustedDocument[],
  schema: GraphQLSchema,
): ReadonlyMap<string, RunTool> {
  const tools = new Map<string, RunTool>();
  const describedIn = new Map<string, string>();
  for (const document of [...own, ...trusted]) {
    const isOwn = own.includes(document);
    for (const operation of document.operations) {
      const name = operation.name?.value;
      if (name === undefined || operation.operation !== OperationTypeNode.QUERY || tools.has(name)) continue;
      if (isPartOfTool(name, document.operations, isOwn ? ownSuffixes : [byIdSuffix])) continue;
      tools.set(name, toTool(document, operation, schema, isOwn ? describedIn : null));
    }
  }
  return tools;
}

/**
 * @param describedIn the tools that describe an input type in full; `null` for a trusted document's tool, which
 * describes all types
 */
function toTool(
  { document, operations, text }: TrustedDocument,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  describedIn: Map<string, string> | null,
): RunTool {
  const name = operation.name!.value;
  const byId = operations.find((candidate) => candidate.name?.value === `${name}${byIdSuffix}`);
  const isPiecewise = piecewiseTools.has(name);
  const isSliceable = !isPiecewise && !isPaged(operation) && !hasVariable(operation, 'offset');
  const refinement = describedIn === null ? undefined : refinements.get(name);
  const inputSchema = toInputSchema(schema, document, operation, describedIn);
  const tool: Tool = {
    name,
    description: commentBefore(text, operation.loc!.start) ?? `The query ${name}.`,
    inputSchema: {
      ...inputSchema,
      properties: {
        ...inputSchema.properties,
        ...(isPiecewise && pieceArguments),
        ...(isSliceable && { offset: offsetArgument }),
      },
      required: toInputSchema(schema, document, byId ?? operation, null).required,
    },
    // There is no field that both forms are certain to have, so this schema fits both.
    outputSchema: toOutputSchema(schema, document, byId ?? operation, {
      json: isPiecewise ? pieceSchema : exactJson,
      toData: refinement?.schema ?? identity,
      members: refinement?.members,
    }),
    annotations: { readOnlyHint: true, openWorldHint: false },
  };
  return { document, byId, isPiecewise, isSliceable, refinement, tool };
}

/** JSON of a run in `structuredContent`. The text contains its numbers unchanged. */
const exactJson = { description: 'Numbers that a double would round are strings.' };

function identity<Value>(value: Value): Value {
  return value;
}

function isPartOfTool(
  name: string,
  operations: readonly OperationDefinitionNode[],
  suffixes: readonly string[],
): boolean {
  return suffixes.some((suffix) => name.endsWith(suffix) && hasOperation(operations, name.slice(0, -suffix.length)));
}

/** Returns whether the client itself can request fewer items, and the ones after them. */
function isPaged(operation: OperationDefinitionNode): boolean {
  return hasVariable(operation, 'first') && hasVariable(operation, 'after');
}

export function hasVariable({ variableDefinitions = [] }: OperationDefinitionNode, name: string): boolean {
  return variableDefinitions.some(({ variable }) => variable.name.value === name);
}

function hasOperation(operations: readonly OperationDefinitionNode[], name: string): boolean {
  return operations.some((operation) => operation.name?.value === name);
}

/**
 * Returns the comment directly before a position in a document as one string, or `undefined` if there is no comment.
 */
function commentBefore(text: string, start: number): string | undefined {
  const lines = text.slice(0, start).trimEnd().split('\n');
  const first = lines.findLastIndex((line) => !line.trimStart().startsWith('#')) + 1;
  const words = lines.slice(first).map((line) => line.replace(/^\s*#+\s?/, '').trim());
  return words.join(' ').trim() || undefined;
}
