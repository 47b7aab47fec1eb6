// The model of a run, which only schemas with the variable MODEL_POINTER contain.

import type { Operation } from '../../shared/api/operation.js';
import { initialState } from '../../shared/initial-state-of-page.js';

export const hasModels = initialState.hasModels === true;

/** Selects the model in an operation with the fragment `Run`. */
export function withModel<Data, Variables>(operation: Operation<Data, Variables>): Operation<Data, Variables> {
  return hasModels ? operation.replace(/fragment Run on \w+ \{/, '$&\n  model') : operation;
}

/** Returns the model; `null` for a run without one, or a schema without models. */
export function modelOf(run: { readonly model?: string | null } | object): string | null {
  return 'model' in run ? (run.model ?? null) : null;
}
