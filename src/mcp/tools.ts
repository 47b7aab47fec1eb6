import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { TrustedDocument } from '../graphql/documents/compile-documents.js';
import { toInputSchema } from './input-schema.js';

export interface RunTool {
  readonly document: DocumentNode;
  /** As clients see it, by the name of its operation. */
  readonly tool: Tool;
}

/**
 * A tool for every query that has a name, by that name. Of several with one name the first is the tool.
 */
export function toTools(documents: readonly TrustedDocument[], schema: GraphQLSchema): ReadonlyMap<string, RunTool> {
  const tools = new Map<string, RunTool>();
  for (const { document, operations, text } of documents) {
    for (const operation of operations) {
      const name = operation.name?.value;
      if (name === undefined || operation.operation !== OperationTypeNode.QUERY || tools.has(name)) continue;
      const tool: Tool = {
        name,
        description: commentBefore(text, operation.loc!.start) ?? `The query ${name}.`,
        inputSchema: toInputSchema(schema, operation),
        annotations: { readOnlyHint: true, openWorldHint: false },
      };
      tools.set(name, { document, tool });
    }
  }
  return tools;
}

/** The lines of comment directly before a place in a document, as one text; undefined where there are none. */
function commentBefore(text: string, start: number): string | undefined {
  const lines = text.slice(0, start).trimEnd().split('\n');
  const first = lines.findLastIndex((line) => !line.trimStart().startsWith('#')) + 1;
  const words = lines.slice(first).map((line) => line.replace(/^\s*#+\s?/, '').trim());
  return words.join(' ').trim() || undefined;
}
