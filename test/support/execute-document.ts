import type { DocumentNode } from 'graphql';
import type { ExecutionArguments, Executor } from '../../src/graphql/execution/executor.js';

interface DocumentArguments extends Omit<ExecutionArguments, 'operation'> {
  readonly document: DocumentNode;
}

/** Executes the only operation of a document. */
export function executeDocument(executor: Executor, { document, ...args }: DocumentArguments) {
  return executor.execute({ operation: executor.findOperation(document, null)!, ...args });
}
