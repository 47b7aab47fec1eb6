// Errors about literals in a document, for which graphql-js does not name the argument with the invalid value.

import { type ASTNode, type DocumentNode, type GraphQLError, isValueNode, Kind, print, visit } from 'graphql';
import { mayQuote } from './error-presenter.js';

/** Adds argument paths to the messages for an invalid document, and removes values that may be payload. */
export function nameArguments(document: DocumentNode, errors: readonly GraphQLError[]): void {
  const literalErrors = errors.filter(({ nodes: [node] = [] }) => node && isValueNode(node) && !isVariable(node));
  if (literalErrors.length === 0) return;
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      for (const error of literalErrors) {
        if (error.nodes![0] !== node) continue;
        const path = argumentPath([...ancestors, parent!, node]);
        const message = mayQuote(print(node), path) ? error.message : withoutLiteral(error.message);
        error.message = `\`${path}\` is invalid: ${message}`;
      }
    },
  });
}

const isVariable = ({ kind }: ASTNode) => kind === Kind.VARIABLE;

/** @param nodes from the root to the literal, interleaved with their child lists */
function argumentPath(nodes: readonly (ASTNode | readonly ASTNode[])[]): string {
  return nodes
    .map((nodeOrList, index) => {
      if ('kind' in nodeOrList) {
        if (nodeOrList.kind === Kind.VARIABLE_DEFINITION) return `$${nodeOrList.variable.name.value}`;
        if (nodeOrList.kind === Kind.ARGUMENT) return nodeOrList.name.value;
        return nodeOrList.kind === Kind.OBJECT_FIELD ? `.${nodeOrList.name.value}` : '';
      }
      const list = nodes[index - 1] as ASTNode;
      return list.kind === Kind.LIST ? `[${nodeOrList.indexOf(nodes[index + 1] as ASTNode)}]` : '';
    })
    .join('');
}

function withoutLiteral(message: string): string {
  return message.replace(
    /( cannot represent (?:a )?non[\w -]* value): .*|(^Expected value of type "[^"]+"), found .*/s,
    '$1$2.',
  );
}
