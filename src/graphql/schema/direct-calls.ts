// On each call of a resolver method, TypeGraphQL's wrapper looks for middleware and deep-copies the arguments, which
// overflows the stack for a deep entity representation. The gateway has no middleware, and some methods are called for
// hundreds of runs at a time, so all methods are called directly.

import {
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Metadata = ReturnType<typeof getMetadataStorage>;
type ResolverMethod = Pick<Metadata['queries'][number], 'target' | 'methodName' | 'schemaName' | 'params'>;
type Parameter = NonNullable<ResolverMethod['params']>[number];
type Resolve = GraphQLFieldResolver<unknown, unknown>;
type Method = (...parameters: unknown[]) => unknown;

/** Replaces TypeGraphQL's wrapper for every resolver method in the schema. */
export function callResolversDirectly(schema: GraphQLSchema): void {
  const { queries, subscriptions, fieldResolvers, objectTypes, interfaceTypes } = getMetadataStorage();
  const classes = [...objectTypes, ...interfaceTypes];
  const instances = new Map<unknown, Record<string, Method>>();
  for (const query of queries) replace(schema.getQueryType()!, query);
  for (const subscription of subscriptions) replace(schema.getSubscriptionType()!, subscription);
  for (const resolver of fieldResolvers) {
    const { name } = classes.find(({ target }) => target === resolver.getObjectType!())!;
    const type = schema.getType(name) as GraphQLInterfaceType | GraphQLObjectType;
    for (const objectType of isInterfaceType(type) ? schema.getPossibleTypes(type) : [type])
      replace(objectType, resolver);
  }

  function replace(type: GraphQLObjectType, { target, methodName, schemaName, params = [] }: ResolverMethod) {
    const instance = instances.get(target) ?? Reflect.construct(target, []);
    instances.set(target, instance);
    type.getFields()[schemaName]!.resolve = createResolve(instance, methodName, params);
  }
}

function createResolve(
  instance: Record<string, Method>,
  methodName: string,
  parameters: readonly Parameter[],
): Resolve {
  const inOrder = parameters.toSorted((one, other) => one.index - other.index);
  const method = instance[methodName]!;
  switch (inOrder.map(({ kind }) => kind).join()) {
    // These methods are called for each of hundreds of runs. Looping over the parameters would take longer than most of
    // them.
    case 'root,context':
      return (root, _args, context) => method.call(instance, root, context);
    case 'root,args,context':
      return (root, args, context) => method.call(instance, root, args, context);
  }
  const readers = inOrder.map(toReader);
  const call: Resolve = (root, args, context, info) =>
    method.apply(
      instance,
      readers.map((read) => read(root, args, context, info)),
    );
  // The executor creates `info` only for resolvers that declare it.
  return parameters.some(({ kind }) => kind === 'info')
    ? call
    : (root, args, context) => call(root, args, context, undefined as never);
}

function toReader(parameter: Parameter): Resolve {
  switch (parameter.kind) {
    case 'root':
      return (root) => root;
    case 'args':
      return (_root, args) => args;
    case 'arg':
      return (_root, args) => args[parameter.name];
    case 'context':
      return (_root, _args, context) => context;
    case 'info':
      return (_root, _args, _context, info) => info;
    default:
      throw new Error(`${parameter.kind} of ${parameter.methodName} is not a parameter that can be passed directly.`);
  }
}
