// The filter `is` selects runs with the same value in a dimension of statistics, such as `response/category="billing"`,
// `context="conversation-7"`, or `user=null` for those without one. Several values are joined by ` & `.

import type { JSONCondition, TaskRunFilter } from '../operations.js';

/** The name of each dimension in the URL, and the filter for its value; `null` means runs without a value. */
const columns: Readonly<Record<string, (value: string | null) => TaskRunFilter>> = {
  user: (userId) => (userId === null ? { hasUser: false } : { userId }),
  context: (eq) => (eq === null ? { hasContext: false } : { contextId: { eq } }),
  reference: (eq) => (eq === null ? { hasReference: false } : { reference: { eq } }),
  // Only a schema with models has this filter.
  model: (model) => ({ model }) as TaskRunFilter,
  fallbackModel: (fallbackLlmModelId) =>
    fallbackLlmModelId === null ? { hasFallbackLlmModel: false } : { fallbackLlmModelId },
  // Runs that did not fail have no kind of failure.
  failure: (kind) => (kind === null ? { status: 'SUCCESS' } : { failureIn: [kind] }),
  reason: (primaryFailureReasonContains) =>
    primaryFailureReasonContains === null ? { hasPrimaryFailureReason: false } : { primaryFailureReasonContains },
};

export const jsonSources = ['response', 'submitted', 'runData'] as const;

/** @param json as JSON text; `undefined` means any value */
function conditionAt(source: string, path: string, json: string | undefined): TaskRunFilter {
  const where = (condition: Omit<JSONCondition, 'path'>) => ({ [source]: [{ path, ...condition }] });
  if (json === undefined) return where({ exists: true });
  if (json === 'null') return { OR: [where({ exists: false }), where({ eq: null })] };
  // A number sent as text keeps all its digits.
  return /^-?\d/.test(json) ? where({ gte: json, lte: json }) : where({ eq: JSON.parse(json) });
}

const separator = new RegExp(` & (?=(?:${[...jsonSources, ...Object.keys(columns)].join('|')})[/=])`);

/** Returns the text of one value of the filter `is`. */
export function valueText(name: string, path: string, json: string): string {
  return `${name}${path}=${json}`;
}

/** Returns whether a value of the filter `is` can begin with the name. */
export function isValueName(name: string): boolean {
  return name in columns || jsonSources.includes(name as 'response');
}

/** Returns whether a text is a complete value of the filter `is`. */
export function isValueText(text: string): boolean {
  return /[/=]/.test(text) && text.split(separator).every((part) => conditionOf(part) !== undefined);
}

/** Returns the API filter. For an invalid text, this is a filter that the API rejects with the reason. */
export function valueFilterOf(text: string): TaskRunFilter {
  return { AND: text.split(separator).map((part) => conditionOf(part) ?? { response: [{ path: part }] }) };
}

/** Returns the texts and numbers that a value of the filter `is` selects. */
export function selectedValues(text: string): readonly string[] {
  return text.split(separator).flatMap((part) => {
    const equals = valueStarts(part);
    const json = equals === undefined ? 'null' : part.slice(equals + 1).trim();
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string') return value;
    // The number as text keeps all its digits.
    return typeof value === 'number' ? json : [];
  });
}

/**
 * Returns the changes that move kinds of failures from `is`, as in earlier links, to the filter with their own name, or
 * `undefined` without any.
 */
export function namedFailures(
  params: URLSearchParams,
): Readonly<Record<'is' | 'failure', string | readonly string[]>> | undefined {
  const parts = params.get('is')?.split(separator) ?? [];
  const isKind = (part: string) => /^failure="/.test(part) && isJson(part.slice('failure='.length));
  const kinds = parts.filter(isKind).map((part) => JSON.parse(part.slice('failure='.length)) as string);
  if (kinds.length === 0) return undefined;
  return {
    is: parts.filter((part) => !isKind(part)).join(' & '),
    failure: [...new Set([...params.getAll('failure'), ...kinds])],
  };
}

function conditionOf(text: string): TaskRunFilter | undefined {
  const [, name = '', rest = ''] = /^(\w+)(.*)$/s.exec(text) ?? [];
  const equals = valueStarts(rest);
  const json = equals === undefined ? undefined : rest.slice(equals + 1).trim();
  const path = equals === undefined ? rest : rest.slice(0, equals);
  const column = columns[name];
  if (column !== undefined && path === '' && json !== undefined) {
    const value: unknown = JSON.parse(json);
    if (value === null || typeof value === 'string') return column(value);
  }
  return jsonSources.includes(name as 'response') ? conditionAt(name, path, json) : undefined;
}

/** Returns the position of the first `=` that is followed by JSON. A path may contain others. */
function valueStarts(rest: string): number | undefined {
  for (let index = rest.indexOf('='); index !== -1; index = rest.indexOf('=', index + 1)) {
    if (isJson(rest.slice(index + 1))) return index;
  }
  return undefined;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
