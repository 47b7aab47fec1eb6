import type { DocumentNode, GraphQLSchema } from 'graphql';
import { type ExecutionArguments, Executor, type ExecutorOptions } from '../../src/graphql/execution/executor.js';
import { PlannedDocuments } from '../../src/graphql/execution/planned-documents.js';

interface DocumentArguments extends Omit<ExecutionArguments, 'operation'> {
  readonly document: DocumentNode;
}

export class DocumentExecutor {
  readonly planned: PlannedDocuments;
  readonly #executor: Executor;

  constructor(schema: GraphQLSchema, options?: ExecutorOptions) {
    this.planned = new PlannedDocuments(schema);
    this.#executor = new Executor(this.planned, options);
  }

  /** Executes the only operation of a document. */
  executeDocument({ document, ...args }: DocumentArguments) {
    return this.#executor.execute({ operation: this.planned.findOperation(document, null)!, ...args });
  }
}
