// Operations that come again and again, compiled into functions by graphql-jit.

import {
  type DocumentNode,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isInputObjectType,
  isListType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { compileOperation, type ExecuteOperation } from './compile-operation.js';
import { createAliasCompiler } from './compiled-aliases.js';
import { conditionsOf, withoutConditions } from './conditions.js';

/** Compiling costs as much as some plain executions: a document that is sent once or twice is not worth it. */
const runsBeforeCompiling = 3;
/** A document is compiled for each combination of its conditions' values; more of them than this are not. */
const mostConditions = 4;

interface OperationUse {
  runs: number;
  /** undefined until it has been run often enough. */
  variants?: Variants | null;
}

interface Variants {
  readonly conditions: readonly string[];
  /** Variables inside of lists and objects, where graphql-jit takes one that is not given for null, and null for a value. */
  readonly inside: readonly string[];
  /** Whether there are variables of object or list types: of those graphql-jit refuses less, and of these it tells every mistake. */
  readonly hasComposites: boolean;
  /** By the values of the conditions; null: graphql-jit cannot compile it. */
  readonly byValues: Map<string, ExecuteOperation | null>;
  compile(variableValues: Readonly<Record<string, unknown>>): ExecuteOperation | null;
}

type Inputs = Readonly<Record<string, unknown>>;

/** Counts an operation's use; the compiled operation once it is worth it, null where plain execution shall answer. */
export type CompiledOperations = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  inputs: Inputs,
) => ExecuteOperation | null;

export function createCompiledOperations(schema: GraphQLSchema): CompiledOperations {
  // Parsed documents are kept in stores of bounded size, Apollo Server's and the known ones; what is compiled of one goes
  // when it goes.
  const uses = new WeakMap<OperationDefinitionNode, OperationUse>();
  const compileAliases = createAliasCompiler(schema);

  return (document, operation, inputs) => {
    let use = uses.get(operation);
    if (use === undefined) {
      use = { runs: 0 };
      uses.set(operation, use);
    }
    use.runs += 1;
    if (use.runs <= runsBeforeCompiling) return null;
    use.variants ??= isSafe(document, schema) ? createVariants(document, operation) : null;
    return use.variants && compiledFor(use.variants, operation, inputs);
  };

  function compiledFor(
    variants: Variants,
    operation: OperationDefinitionNode,
    inputs: Inputs,
  ): ExecuteOperation | null {
    const { conditions, inside, hasComposites, byValues } = variants;
    if (conditions.length > mostConditions) return null;
    const coerced = conditions.length + inside.length > 0 || hasComposites ? coerce(operation, inputs) : {};
    // A condition that is neither true nor false is a mistake, for graphql-js to tell.
    if (coerced === null || conditions.some((name) => typeof coerced[name] !== 'boolean')) return null;
    if (inside.some((name) => coerced[name] == null)) return null;
    const key = conditions.map((name) => coerced[name]).join();
    let compiled = byValues.get(key);
    if (compiled === undefined) {
      compiled = variants.compile(coerced);
      byValues.set(key, compiled);
    }
    return compiled;
  }

  function createVariants(document: DocumentNode, operation: OperationDefinitionNode): Variants {
    const { isConditional, variables } = conditionsOf(document);
    const declared = operation.variableDefinitions ?? [];
    const inside = variablesInside(document);
    return {
      conditions: variables,
      inside: declared.map(({ variable }) => variable.name.value).filter((name) => inside.has(name)),
      hasComposites: declared.some(({ type }) => {
        const nullable = getNullableType(typeFromAST(schema, type));
        return isListType(nullable) || isInputObjectType(nullable);
      }),
      byValues: new Map(),
      compile(variableValues) {
        // graphql-jit confuses the conditions of a fragment that is spread twice, so it is given none.
        const decided = isConditional ? withoutConditions(document, variableValues) : document;
        const decidedOperation = getOperationAST(decided, operation.name?.value)!;
        return compileAliases(decided, decidedOperation) ?? compileOperation(schema, decided, decidedOperation);
      },
    };
  }

  function coerce({ variableDefinitions = [] }: OperationDefinitionNode, inputs: Inputs): Inputs | null {
    return getVariableValues(schema, variableDefinitions, inputs, { maxErrors: 1 }).coerced ?? null;
  }
}

function variablesInside(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (node: ValueNode) => {
    visit(node, {
      Variable({ name }) {
        names.add(name.value);
      },
    });
    return false;
  };
  visit(document, { ObjectValue: collect, ListValue: collect });
  return names;
}

/**
 * graphql-jit writes the document into JavaScript. It takes strings that begin with a marker of its own for code, and
 * `__proto__` in an object literal is no property; variables inside a literal of a scalar, where nothing has a type, it
 * loses. Such documents, which hardly any client sends, are never compiled.
 */
function isSafe(document: DocumentNode, schema: GraphQLSchema): boolean {
  let isSafe = true;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      StringValue({ value }) {
        if (value.includes('__MAGIC_')) isSafe = false;
      },
      Name({ value }) {
        if (value === '__proto__') isSafe = false;
      },
      Variable() {
        if (!types.getInputType()) isSafe = false;
      },
    }),
  );
  return isSafe;
}
