import type { GraphQLSchema } from 'graphql';
import type { ModelPointer } from '../../task-runs/columns/json-pointer.js';

/** Sets the place of the model in the JSON of runs. */
export function setModelPointer(schema: GraphQLSchema, modelPointer: ModelPointer): void {
  schema.extensions = { ...schema.extensions, modelPointer };
}

/** Returns the place of the model in the JSON of runs; null for a schema without models. */
export function modelPointerOf({ extensions }: GraphQLSchema): ModelPointer | null {
  return (extensions.modelPointer as ModelPointer | undefined) ?? null;
}
