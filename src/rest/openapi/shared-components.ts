// Moves what several operations have in common to `components` of the OpenAPI document, which is a third of its size then.

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

/** A place of a description in the document. */
interface Place {
  /** The name of the description, if no other description has it. */
  readonly name: string;
  readonly operationId: string;
  readonly value: unknown;
  replace(reference: object): void;
}

/** Replaces parameters, headers and responses that occur more than once by references to `components`. */
export function shareComponents(document: OpenApiDocument): void {
  const operations = Object.values(document.paths ?? {}).flatMap(
    (path) => Object.values(path ?? {}) as DescribedOperation[],
  );
  // A response refers to its headers, so they come first.
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

/** Returns the responses but those of success, which differ. */
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

/** @returns the shared descriptions by their names, of which the first has only the name, and others that of their operation too */
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
