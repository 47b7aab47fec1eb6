// The descriptions from which operations are generated: schema, OpenAPI, tools. Only parts that both builds have are
// used, so that both accept all operations. Other parts are found by comparing the descriptions themselves.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isRequiredArgument } from 'graphql';

/**
 * Reads the part of the schema that both builds have.
 * @param {readonly { root: string }[]} builds the old one first
 */
export function readSharedSchema(builds) {
  const [old, changed] = builds.map(({ root }) => buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8')));
  return keepShared(old, changed);
}

/**
 * Reads the other descriptions of both builds.
 * @param {readonly { send: Function }[]} sides the old one first
 * @param {string} token of a caller who may read them
 */
export async function readDescriptions(sides, token) {
  const [old, changed] = await Promise.all(
    sides.map(async ({ send }) => ({
      openapi: withParameters(await readJson(send, { method: 'GET', path: '/openapi.json', headers: {} }, token)),
      tools: (await readJson(send, toolsRequest, token)).result.tools,
    })),
  );
  return {
    openapi: { ...old.openapi, paths: sharedPaths(old.openapi.paths, changed.openapi.paths) },
    tools: old.tools.filter(({ name }) => changed.tools.some((tool) => tool.name === name)),
  };
}

const toolsRequest = {
  method: 'POST',
  path: '/mcp',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
};
const introspection =
  '{ __schema { types { name kind description fields(includeDeprecated: true) { name description isDeprecated args { name description defaultValue type { ...T } } type { ...T } } inputFields { name description defaultValue type { ...T } } enumValues { name description } possibleTypes { name } interfaces { name } } } } fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
const post = (query) => ({
  ...{ method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } },
  body: JSON.stringify({ query }),
});

/** Requests for the descriptions themselves, which begin each comparison. */
export const descriptionRequests = [
  { entry: 'schema', steps: [post(introspection)] },
  { entry: 'schema', steps: [post('{ _service { sdl } errorCatalog { code reason status message when retryable } }')] },
  { entry: 'openapi', steps: [{ method: 'GET', path: '/openapi.json', headers: {} }] },
  { entry: 'tools', steps: [toolsRequest] },
].map((operation, index) => ({ number: index - 4, caller: 'owner', ...operation }));

async function readJson(send, request, token) {
  const { status, body } = await send(request, { token });
  if (status !== 200) throw new Error(`${request.path} returned ${status}: ${body}`);
  return JSON.parse(body.toString());
}

/** Removes fields, arguments and values that the other schema does not have in the same form. */
function keepShared(schema, other) {
  for (const type of Object.values(schema.getTypeMap())) {
    const counterpart = other.getType(type.name);
    if (isEnumType(type)) removeValues(type, counterpart);
    if (!(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) continue;
    const fields = type.getFields();
    const others = counterpart?.getFields?.() ?? {};
    for (const [name, field] of Object.entries(fields)) {
      if (String(others[name]?.type) !== String(field.type)) delete fields[name];
      else if (field.args) removeArguments(fields, field, others[name]);
    }
  }
  return schema;
}

function removeArguments(fields, field, other) {
  // An argument that is required in the old build only is always given.
  const isShared = ({ name, type }) =>
    other.args.some((arg) => arg.name === name && [`${arg.type}`, `${arg.type}!`].includes(String(type)));
  const isCallable = field.args.every((arg) => isShared(arg) || !isRequiredArgument(arg));
  const isComplete = other.args.every(
    (arg) => !isRequiredArgument(arg) || field.args.some(({ name }) => name === arg.name),
  );
  if (isCallable && isComplete) field.args = field.args.filter(isShared);
  else delete fields[field.name];
}

function removeValues(type, other) {
  const shared = type.getValues().filter(({ name }) => other?.getValue?.(name));
  type.getValues = () => shared;
}

/** Resolves references to parameters. */
function withParameters(document) {
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    operation.parameters = operation.parameters?.map(({ $ref, ...parameter }) =>
      $ref === undefined ? parameter : document.components.parameters[$ref.split('/').at(-1)],
    );
  }
  return document;
}

function sharedPaths(paths, others) {
  const shared = Object.entries(paths).map(([path, methods]) => [path, sharedMethods(methods, others[path] ?? {})]);
  return Object.fromEntries(shared.filter(([, methods]) => Object.keys(methods).length > 0));
}

function sharedMethods(methods, others) {
  const shared = Object.entries(methods).filter(([method]) => method !== 'head' && others[method]);
  return Object.fromEntries(
    shared.map(([method, operation]) => {
      const known = new Set(others[method].parameters?.map(({ name }) => name));
      return [method, { ...operation, parameters: (operation.parameters ?? []).filter(({ name }) => known.has(name)) }];
    }),
  );
}
