// A schema with every kind of type. Its resolvers return at once, later, null where it is not allowed, an error, or
// nothing, depending on the position in the response and a seed.

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
import { createRandom, type Random, seededSource } from '../../src/demo/data/random.js';

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
      // Some fields are read from properties with graphql-js' own resolver.
      if (field.name !== 'weight') field.resolve = field.name === 'echo' ? echo : resolveErratically;
    }
  }
  assertObjectType(schema.getType('Stone')).isTypeOf = (value, { seed }: ErraticContext) => {
    const random = randomOf(`stone ${seed} ${JSON.stringify(value)}`);
    return later(random, random.chance(95));
  };
  assertAbstractType(schema.getType('Node')).resolveType = (value) => (value as { kind: string }).kind;
  assertAbstractType(schema.getType('Any')).resolveType = (value, { seed }: ErraticContext) => {
    const { kind, id } = value as { kind: string; id: string };
    const random = randomOf(`any ${seed} ${id}`);
    if (random.chance(3)) throw new Error(`no type for ${id}`);
    return later(random, random.chance(3) ? 'Color' : kind);
  };
  // The type of Named is resolved from __typename.
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
  const random = randomOf(`${seed} ${pathOf(info)}`);
  const fails = () => new Error(`no ${info.fieldName}`);
  if (random.chance(4)) throw fails();
  if (random.chance(3)) return fails();
  if (random.chance(3)) return Promise.reject(fails());
  return later(random, valueFor(info.returnType, random, 0));
}

function pathOf({ path }: GraphQLResolveInfo): string {
  const keys = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse().join('.');
}

function valueFor(type: GraphQLOutputType, random: Random, depth: number): unknown {
  if (random.chance(6)) return random.chance(50) ? null : undefined;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    if (random.chance(3)) return 'not a list';
    const items = Array.from({ length: random.integer(0, 3) }, () =>
      later(random, valueFor(nullable.ofType, random, depth + 1)),
    );
    return depth === 0 && random.chance(20) ? new Set(items) : items;
  }
  if (nullable instanceof GraphQLEnumType) return random.pick(['RED', 'GREEN', 'BLUE', 'NONE']);
  if (isScalarType(nullable)) return scalarOf(nullable.name, random);
  const kind = isObjectType(nullable) ? nullable.name : kindOf(nullable, random);
  const weight = random.chance(80) ? random.integer(0, 99) / 8 : () => (random.chance(50) ? 1.5 : null);
  return { kind, __typename: kind, id: `${kind}-${random.integer(0, 999)}`, weight };
}

function kindOf(type: GraphQLOutputType, random: Random): string {
  const kinds = isAbstractType(type) && type.name === 'Any' ? ['Leaf', 'Branch', 'Stone'] : ['Leaf', 'Branch'];
  return random.pick(random.chance(2) ? ['Stone', 'Nothing', 'Node'] : kinds);
}

function scalarOf(name: string, random: Random): unknown {
  if (random.chance(4)) return { of: 'no scalar' };
  if (name === 'Int') return random.integer(0, 999);
  if (name === 'Boolean') return random.chance(50);
  return `text ${random.integer(0, 999)} "quoted" é`;
}

/** Some values are promises, and some of these settle several ticks late. */
function later<T>(random: Random, value: T): T | Promise<T> {
  if (random.chance(70)) return value;
  let promise = Promise.resolve(value);
  for (let ticks = random.integer(0, 3); ticks > 0; ticks -= 1) promise = promise.then((same) => same);
  // Promises in a list that is dropped would be lost.
  if (Array.isArray(value) || value instanceof Set) return promise;
  return random.chance(5) ? promise.then<T>(() => Promise.reject(new Error('late'))) : promise;
}

/** Returns the same value for the same text, based on all its characters (FNV-1a). */
function randomOf(text: string): Random {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619);
  return createRandom(seededSource(hash));
}
