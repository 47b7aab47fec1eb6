// Runs under many aliases, all with the same selection, compiled as one list of runs: graphql-jit writes the code of a
// selection for each alias anew, and so much code is too much for the engine to optimize.

import {
  assertObjectType,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  GraphQLList,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSchema,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  print,
} from 'graphql';
import { compileOperation, type ExecuteOperation } from './compile-operation.js';
import { fieldsBelow } from './selected-fields.js';
import { fragmentsOf } from './selection-count.js';

/** Fewer are not worth a detour. */
const fewestAliases = 4;
const listField = 'runs';

/** null: the operation asks for other things too, or not for the same of each run. */
export type CompileAliases = (document: DocumentNode, operation: OperationDefinitionNode) => ExecuteOperation | null;

export function createAliasCompiler(schema: GraphQLSchema): CompileAliases {
  const runField = schema.getQueryType()!.getFields().taskRun!;
  const lists = new GraphQLSchema({
    ...schema.toConfig(),
    query: new GraphQLObjectType({
      name: 'RunsUnderAliases',
      fields: {
        [listField]: {
          type: new GraphQLList(assertObjectType(runField.type)),
          resolve: (aliases: readonly FieldNode[], _args, context, info) =>
            aliases.map((alias) => resolveRun(alias, context, info)),
        },
      },
    }),
  });

  /** Throws nothing: the runs that were asked before would be left to nobody. An error in a list stands for its item. */
  function resolveRun(alias: FieldNode, context: unknown, info: GraphQLResolveInfo): unknown {
    try {
      return runField.resolve!(undefined, getArgumentValues(runField, alias, info.variableValues), context, info);
    } catch (error) {
      return error;
    }
  }

  return (document, operation) => {
    const aliases = aliasesOfRuns(operation);
    if (aliases === null) return null;
    const list = listOf(operation, aliases[0]!);
    const definitions = fragmentsOf(document);
    const execute = compileOperation(lists, { kind: Kind.DOCUMENT, definitions: [list, ...definitions] }, list);
    if (execute === null) return null;
    const names = aliases.map(nameOf);
    const fragments = Object.fromEntries(definitions.map((fragment) => [fragment.name.value, fragment]));
    const source = { schema, fragments, variableValues: {} };
    return async (_root, context, variables) => {
      const { data, errors } = await execute(aliases, context, variables);
      const runs = data?.[listField] as readonly unknown[] | null | undefined;
      if (!runs) return {};
      const byName: Record<string, unknown> = {};
      for (const [index, name] of names.entries()) byName[name] = runs[index] ?? null;
      return errors ? { data: byName, errors: errors.map(toErrorOfAlias) } : { data: byName };
    };

    /** It was told at the list, and at the first alias' fields. */
    function toErrorOfAlias({ message, path, originalError }: GraphQLError): GraphQLError {
      const [, index, ...inside] = path as [string, number, ...(string | number)[]];
      const nodes = inside
        .filter((key) => typeof key === 'string')
        .reduce(
          (fields, key) => fieldsBelow(fields, source).filter((field) => nameOf(field) === key),
          [aliases![index]!],
        );
      return new GraphQLError(message, { nodes, path: [names[index]!, ...inside], originalError });
    }
  };
}

/** The operation's fields where all of them are runs with one selection, each under a name of its own. */
function aliasesOfRuns({ selectionSet }: OperationDefinitionNode): readonly FieldNode[] | null {
  const fields = selectionSet.selections.filter((node) => node.kind === Kind.FIELD);
  if (fields.length < fewestAliases || fields.length < selectionSet.selections.length) return null;
  if (new Set(fields.map(nameOf)).size < fields.length) return null;
  if (fields.some(({ name, directives }) => name.value !== 'taskRun' || directives?.length)) return null;
  const selections = new Set(fields.map((field) => field.selectionSet && print(field.selectionSet)));
  return selections.size === 1 ? fields : null;
}

function nameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function listOf(operation: OperationDefinitionNode, run: FieldNode): OperationDefinitionNode {
  const { alias: _alias, arguments: _arguments, ...field } = run;
  const list: FieldNode = { ...field, name: { kind: Kind.NAME, value: listField } };
  return { ...operation, selectionSet: { ...operation.selectionSet, selections: [list] } };
}
