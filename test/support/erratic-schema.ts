// A schema with every kind of type, whose resolvers answer at once, later, with null where there must be none, with an
// error or not at all, as the place in the response and a seed decide.

import {
  assertAbstractType,
  assertObjectType,
  buildSchema,
  GraphQLEnumType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { createRandom, hashOf, type Random } from './random.js';

export interface ErraticContext {
  readonly seed: number;
}

const sdl = `
  interface Node { id: ID! name: String weight: Float! parent: Node kin: [Node!] }
  interface Named { name: String }
  type Leaf implements Node & Named { id: ID! name: String weight: Float! parent: Node kin: [Node!] color: Color sturdy: Boolean! }
  type Branch implements Node & Named {
    id: ID! name: String weight: Float! parent: Node kin: [Node!]
    children: [Node]! all: [Any!]! grid: [[Int!]] rows: [[Leaf]!] echo(text: String = "default", list: [Int!], range: Range, color: Color): String
  }
  type Stone { sturdy: Boolean! color: Color! named: Named any: Any! }
  union Any = Leaf | Branch | Stone
  enum Color { RED GREEN BLUE }
  input Range { min: Int = 1 max: Int! inner: Range colors: [Color!] = [RED] }
  type Query {
    node: Node mustNode: Node! any: Any named: [Named] branch: Branch mustBranch: Branch! leaves: [Leaf!] stone: Stone
    echo(text: String = "default", list: [Int!], range: Range, color: Color, must: Int! = 5): String
    numbers: [Int]! color: Color
  }
`;

const objectTypes = ['Query', 'Leaf', 'Branch', 'Stone'];

export function createErraticSchema(): GraphQLSchema {
  const schema = buildSchema(sdl);
  for (const name of objectTypes) {
    const type = assertObjectType(schema.getType(name));
    for (const field of Object.values(type.getFields())) {
      // Some are read from properties, by graphql-js' own resolver.
      if (field.name !== 'weight') field.resolve = field.name === 'echo' ? echo : resolveErratically;
    }
  }
  assertObjectType(schema.getType('Stone')).isTypeOf = (value, { seed }: ErraticContext) => {
    const random = createRandom(hashOf(`stone ${seed} ${JSON.stringify(value)}`));
    return later(random, random.percent(95));
  };
  assertAbstractType(schema.getType('Node')).resolveType = (value) => (value as { kind: string }).kind;
  assertAbstractType(schema.getType('Any')).resolveType = (value, { seed }: ErraticContext) => {
    const { kind, id } = value as { kind: string; id: string };
    const random = createRandom(hashOf(`any ${seed} ${id}`));
    if (random.percent(3)) throw new Error(`no type for ${id}`);
    return later(random, random.percent(3) ? 'Color' : kind);
  };
  // Named is told by __typename.
  return schema;
}

const echo: GraphQLFieldResolver<unknown, ErraticContext> = (_source, args, _context, info) => {
  const text = JSON.stringify([args, info.fieldName, info.path, info.variableValues]);
  args.text = 'written by a resolver';
  return text;
};

function resolveErratically(
  _source: unknown,
  _args: unknown,
  { seed }: ErraticContext,
  info: GraphQLResolveInfo,
): unknown {
  const random = createRandom(hashOf(`${seed} ${pathOf(info)}`));
  const fails = () => new Error(`no ${info.fieldName}`);
  if (random.percent(4)) throw fails();
  if (random.percent(3)) return fails();
  if (random.percent(3)) return Promise.reject(fails());
  return later(random, valueFor(info.returnType, random, 0));
}

function pathOf({ path }: GraphQLResolveInfo): string {
  const keys = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse().join('.');
}

function valueFor(type: GraphQLOutputType, random: Random, depth: number): unknown {
  if (random.percent(6)) return random.percent(50) ? null : undefined;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    if (random.percent(3)) return 'not a list';
    const items = Array.from({ length: random.below(4) }, () =>
      later(random, valueFor(nullable.ofType, random, depth + 1)),
    );
    return depth === 0 && random.percent(20) ? new Set(items) : items;
  }
  if (nullable instanceof GraphQLEnumType) return random.pick(['RED', 'GREEN', 'BLUE', 'NONE']);
  if (isScalarType(nullable)) return scalarOf(nullable.name, random);
  const kind = isObjectType(nullable) ? nullable.name : kindOf(nullable, random);
  const weight = random.percent(80) ? random.below(100) / 8 : () => (random.percent(50) ? 1.5 : null);
  return { kind, __typename: kind, id: `${kind}-${random.below(1000)}`, weight };
}

function kindOf(type: GraphQLOutputType, random: Random): string {
  const kinds = isAbstractType(type) && type.name === 'Any' ? ['Leaf', 'Branch', 'Stone'] : ['Leaf', 'Branch'];
  return random.pick(random.percent(2) ? ['Stone', 'Nothing', 'Node'] : kinds);
}

function scalarOf(name: string, random: Random): unknown {
  if (random.percent(4)) return { of: 'no scalar' };
  if (name === 'Int') return random.below(1000);
  if (name === 'Boolean') return random.percent(50);
  return `text ${random.below(1000)} "quoted" é`;
}

/** Some values come as promises, some of them several ticks late. */
function later<T>(random: Random, value: T): T | Promise<T> {
  if (random.percent(70)) return value;
  let promise = Promise.resolve(value);
  for (let ticks = random.below(4); ticks > 0; ticks -= 1) promise = promise.then((same) => same);
  // With a list that nobody gets to see, the promises in it would be lost.
  if (Array.isArray(value) || value instanceof Set) return promise;
  return random.percent(5) ? promise.then<T>(() => Promise.reject(new Error('late'))) : promise;
}
