import type { GraphQLSchema } from 'graphql';
import type { ModelPointer } from '../../task-runs/columns/json-pointer.js';

/** Sets the location of the model in a run's JSON. */
export function setModelPointer(schema: GraphQLSchema, modelPointer: ModelPointer): void {
  schema.extensions = { ...schema.extensions, modelPointer };
}

/** Returns the location of the model in a run's JSON, or null for a schema without models. */
export function modelPointerOf({ extensions }: GraphQLSchema): ModelPointer | null {
  return (extensions.modelPointer as ModelPointer | undefined) ?? null;
}
