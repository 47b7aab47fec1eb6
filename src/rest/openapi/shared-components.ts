// Moves what several operations have in common to the OpenAPI document's `components`, which reduces its size to a
// third.

import { STATUS_CODES } from 'node:http';

interface DescribedOperation {
  readonly operationId?: string;
  parameters?: unknown[];
  responses?: Record<string, unknown>;
}

export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, object | undefined>> | undefined;
  components?: Record<string, unknown> | undefined;
}

/** A location of a description in the document. */
interface Place {
  /** The name of the description, unless another description has it. */
  readonly name: string;
  readonly operationId: string;
  readonly value: unknown;
  replace(reference: object): void;
}

/** Replaces parameters, headers and responses that occur more than once with references to `components`. */
export function shareComponents(document: OpenApiDocument): void {
  const operations = Object.values(document.paths ?? {}).flatMap(
    (path) => Object.values(path ?? {}) as DescribedOperation[],
  );
  // Headers come first, because responses refer to them.
  const headers = share('headers', operations.flatMap(headersOf));
  const responses = share('responses', operations.flatMap(responsesOf));
  const parameters = share('parameters', operations.flatMap(parametersOf));
  document.components = { ...document.components, parameters, responses, headers };
}

function parametersOf({ operationId = '', parameters = [] }: DescribedOperation): Place[] {
  return parameters.map((value, index) => ({
    name: toPascalCase((value as { readonly name: string }).name),
    operationId,
    value,
    replace: (reference) => {
      parameters[index] = reference;
    },
  }));
}

/** Returns all responses except successful ones, which differ. */
function responsesOf({ operationId = '', responses = {} }: DescribedOperation): Place[] {
  return Object.entries(responses)
    .filter(([status]) => Number(status) >= 300)
    .map(([status, value]) => ({
      name: toPascalCase(STATUS_CODES[status]!),
      operationId,
      value,
      replace: (reference) => {
        responses[status] = reference;
      },
    }));
}

function headersOf({ operationId = '', responses = {} }: DescribedOperation): Place[] {
  return Object.values(responses).flatMap((response) => {
    const { headers = {} } = response as { readonly headers?: Record<string, unknown> };
    return Object.entries(headers).map(([name, value]) => ({
      name,
      operationId,
      value,
      replace: (reference: object) => {
        headers[name] = reference;
      },
    }));
  });
}

/**
 * @returns the shared descriptions by name; the first description of a name gets the plain name, others also include
 * their operation's
 */
function share(kind: 'parameters' | 'responses' | 'headers', places: readonly Place[]): Record<string, unknown> {
  const placesByText = new Map<string, Place[]>();
  for (const place of places) {
    const text = JSON.stringify(place.value);
    const known = placesByText.get(text);
    if (known === undefined) placesByText.set(text, [place]);
    else known.push(place);
  }
  const shared: Record<string, unknown> = {};
  for (const [first, ...others] of placesByText.values()) {
    if (first === undefined || others.length === 0) continue;
    const name = Object.hasOwn(shared, first.name) ? toPascalCase(`${first.operationId} ${first.name}`) : first.name;
    shared[name] = first.value;
    for (const { replace } of [first, ...others]) replace({ $ref: `#/components/${kind}/${name}` });
  }
  return shared;
}

/** Returns `TaskRunId` for `task_run_id`. */
function toPascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
