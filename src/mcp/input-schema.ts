// JSON Schemas for tool inputs. They contain the operation's variables, described like the arguments for which they are
// used.

import type { JSONObject, Tool } from '@modelcontextprotocol/server';
import {
  type ASTNode,
  type DocumentNode,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** An argument, or a member of an input type. */
type Described = Partial<Pick<GraphQLInputField, 'description' | 'extensions'>>;

/**
 * @param describedIn the tools that describe an input type in full; other tools refer to these, because clients read
 * the list of all tools. If `null`, every type is described
 */
export function toInputSchema(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  describedIn: Map<string, string> | null,
): Tool['inputSchema'] {
  const toolName = operation.name!.value;
  const defs: Record<string, object> = {};
  const uses = usesOfVariables(schema, document, operation);
  const variables = (operation.variableDefinitions ?? []).map(({ variable, type: typeNode, defaultValue }) => {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode) as GraphQLInputType;
    return {
      name,
      isRequired: isNonNullType(type) && defaultValue === undefined,
      schema: {
        ...(referTo(type, name) ?? describe(toSchema(type, defs), uses.get(name))),
        ...(defaultValue && { default: valueFromAST(defaultValue, type) }),
      },
    };
  });
  const required = variables.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(variables.map((variable) => [variable.name, variable.schema as JSONObject])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(Object.keys(defs).length > 0 && { $defs: defs as JSONObject }),
  };

  /** Returns `undefined` if this tool is the first to use the type, or if it is not an input type. */
  function referTo(type: GraphQLInputType, name: string): object | undefined {
    const named = getNamedType(type);
    if (describedIn === null || !isInputObjectType(named)) return undefined;
    const first = describedIn.get(named.name) ?? toolName;
    describedIn.set(named.name, first);
    return first === toolName ? undefined : orNull({ type: 'object', description: `The \`${name}\` of ${first}.` });
  }
}

/** Returns, for each variable, the argument or input member for which it is first used. */
function usesOfVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, Described> {
  const uses = new Map<string, Described>();
  const typeInfo = new TypeInfo(schema);
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  visit(
    { ...document, definitions: [operation, ...fragments] },
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Variable(node, _key, _parent, _path, ancestors) {
        const use = memberAround(ancestors) ?? typeInfo.getArgument();
        if (use && !uses.has(node.name.value)) uses.set(node.name.value, use);
      },
    }),
  );
  return uses;

  /** Returns `undefined` for a value that does not belong to a member. */
  function memberAround(ancestors: readonly (ASTNode | readonly ASTNode[])[]): Described | undefined {
    const parent = ancestors.at(-1) as ASTNode | undefined;
    const type = getNamedType(typeInfo.getParentInputType());
    if (parent?.kind !== Kind.OBJECT_FIELD || !isInputObjectType(type)) return undefined;
    return type.getFields()[parent.name.value];
  }
}

function describe(schema: object, described: Described | undefined): object {
  const { description, extensions } = described ?? {};
  return { ...schema, ...(extensions?.bounds as object | undefined), ...(description && { description }) };
}

const typeOfScalar: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };
const jsonOfScalar: Readonly<Record<string, object>> = {
  JSON: {},
  JSONPrimitive: { type: ['string', 'number', 'boolean', 'null'] },
  Decimal: { type: ['string', 'number'] },
};

function toSchema(type: GraphQLInputType, defs: Record<string, object>): object {
  if (!isNonNullType(type)) return orNull(toSchemaOfValue(type, defs));
  return toSchemaOfValue(type.ofType, defs);
}

/** Returns the schema of a nullable value. */
export function orNull(schema: {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
}): object {
  if ('$ref' in schema) return { anyOf: [schema, { type: 'null' }] };
  if (schema.type === undefined || schema.type.includes('null')) return schema;
  return { ...schema, type: [schema.type, 'null'].flat(), ...(schema.enum && { enum: [...schema.enum, null] }) };
}

/** A placeholder for a type's definition while its members are being described. */
const described = {};

/**
 * Returns whether a member's name is self-explanatory: `xIn` if there is an `x`, `maxX` if there is a `minX`, and
 * `hasX`.
 */
function isEvident(name: string, members: Readonly<Record<string, unknown>>): boolean {
  const other = name.endsWith('In') ? name.slice(0, -'In'.length) : name.replace(/^max/, 'min');
  return /^has[A-Z]/.test(name) || (other !== name && Object.hasOwn(members, other));
}

function toSchemaOfValue(type: GraphQLInputType, defs: Record<string, object>): object {
  if (isListType(type)) return { type: 'array', items: toSchema(type.ofType, defs) };
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  if (isNonNullType(type)) return toSchemaOfValue(type.ofType, defs);
  if (!isInputObjectType(type)) return jsonOfScalar[type.name] ?? { type: typeOfScalar[type.name] ?? 'string' };
  // Some clients replace a reference with its target instead of following it. They would never finish with a type that
  // refers to itself.
  if (defs[type.name] === described)
    return { type: 'object', description: 'Also the members of the enclosing object.' };
  if (defs[type.name] === undefined) {
    defs[type.name] = described;
    const members = type.getFields();
    const fields = Object.values(members);
    const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    defs[type.name] = {
      type: 'object',
      ...(type.description && { description: type.description }),
      properties: Object.fromEntries(
        fields.map((field) => {
          const { name, extensions } = field;
          return [name, describe(toSchema(field.type, defs), isEvident(name, members) ? { extensions } : field)];
        }),
      ),
      ...(required.length > 0 && { required: required.map(({ name }) => name) }),
      additionalProperties: false,
    };
  }
  return { $ref: `#/$defs/${type.name}` };
}
