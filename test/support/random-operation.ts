// Generates random operations for any schema: aliases, fragments on every suitable type, conditions, and variables in
// every position.

import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Random } from '../../src/demo/data/random.js';

export interface RandomOperation {
  readonly source: string;
  readonly variables: Record<string, unknown>;
}

const maxDepth = 4;

/** @param argumentsFor returns values for arguments of a field that make sense together; the others are random */
export function createRandomOperation(
  schema: GraphQLSchema,
  random: Random,
  argumentsFor: (field: string) => Readonly<Record<string, unknown>> = () => ({}),
): RandomOperation {
  const declared = new Map<string, string>();
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];

  const selection = selectionOn(schema.getQueryType()!, maxDepth);
  const head = [...declared].map(([name, type]) => `$${name}: ${type}`).join(', ');
  const source = [`query Random${head && `(${head})`} ${selection}`, ...fragments].join('\n');
  return { source, variables };

  function selectionOn(type: GraphQLNamedType, depth: number): string {
    const selections = Array.from({ length: random.integer(1, 4) }, () => selectionIn(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  function selectionIn(type: GraphQLNamedType, depth: number): string {
    if (depth > 0 && random.chance(25)) return fragmentIn(type, depth - 1);
    if (random.chance(8)) return `${aliasOf('__typename')}__typename${condition()}`;
    if (isUnionType(type)) return depth > 0 ? fragmentIn(type, depth - 1) : '__typename';
    const fields = Object.values((type as Extract<GraphQLNamedType, { getFields: unknown }>).getFields());
    const {
      name,
      args,
      type: fieldType,
    } = random.pick(fields) as { name: string; args: readonly GraphQLArgument[]; type: GraphQLOutputType };
    const named = getNamedType(fieldType);
    if (!isLeafType(named) && depth <= 0) return '__typename';
    const known = argumentsFor(name);
    const given = args
      .filter((argument) => argument.name in known || random.chance(60))
      .map(({ name: of, type: needs }) => `${of}: ${of in known ? knownValue(known[of], needs) : valueFor(needs)}`);
    const inner = isLeafType(named) ? '' : ` ${selectionOn(named, depth - 1)}`;
    return `${aliasOf(name)}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${inner}`;
  }

  /** An alias contains the field's name, so that most names stand for only one field. */
  function aliasOf(name: string): string {
    if (random.chance(70)) return '';
    return `${random.pick(['a', 'b', 'then', '__proto__', 'constructor'])}${random.chance(90) ? `_${name}` : ''}: `;
  }

  function fragmentIn(type: GraphQLNamedType, depth: number): string {
    const on = random.chance(20) ? null : random.pick(typesWithin(type));
    const inner = selectionOn(on ?? type, depth);
    if (on === null || random.chance(50)) return `...${on === null ? '' : ` on ${on.name}`}${condition()} ${inner}`;
    const known =
      fragments.length > 0 && random.chance(30) ? random.integer(0, fragments.length - 1) : fragments.length;
    if (known === fragments.length) fragments.push(`fragment F${known} on ${on.name} ${inner}`);
    return `...F${known}${condition()}`;
  }

  /**
   * Returns the types of fragments that are possible inside a type: itself, its possible types, and the interfaces and
   * unions to which these belong.
   */
  function typesWithin(type: GraphQLNamedType): GraphQLNamedType[] {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
    return [
      type,
      ...objects,
      ...objects.flatMap((object) => object.getInterfaces()),
      ...unions.filter((union) => objects.some((object) => union.getTypes().includes(object))),
      ...(isInterfaceType(type) ? type.getInterfaces() : []),
    ];
  }

  function condition(): string {
    if (random.chance(80)) return '';
    const one = () => `@${random.pick(['skip', 'include'])}(if: ${random.pick(['true', 'false', flag(), flag()])})`;
    const first = one();
    if (random.chance(70)) return ` ${first}`;
    const second = one();
    return second.slice(0, 3) === first.slice(0, 3) ? ` ${first}` : ` ${first} ${second}`;
  }

  function flag(): string {
    const name = random.pick(['yes', 'no', 'perhaps']);
    declared.set(name, name === 'perhaps' ? 'Boolean = true' : 'Boolean!');
    if (name !== 'perhaps') variables[name] = name === 'yes';
    else if (random.chance(30)) variables[name] = random.pick([true, false, null]);
    return `$${name}`;
  }

  function valueFor(type: GraphQLInputType): string {
    if (random.chance(25)) return variableOf(type);
    if (isNonNullType(type)) return valueFor(type.ofType);
    if (random.chance(10)) return 'null';
    if (isListType(type)) {
      return `[${Array.from({ length: random.integer(0, 2) }, () => valueFor(type.ofType)).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || random.chance(40));
      return `{ ${fields.map((field) => `${field.name}: ${valueFor(field.type)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    return type.name === 'Int' ? String(random.integer(0, 99)) : `"text ${random.integer(0, 99)}"`;
  }

  function knownValue(value: unknown, type: GraphQLInputType): string {
    if (typeof value === 'string' && random.chance(70)) return JSON.stringify(value);
    const name = `v${declared.size}`;
    declared.set(name, String(type));
    variables[name] = value;
    return `$${name}`;
  }

  /** Generates a variable that is given, has a default, is null, is missing, or has a wrong type. */
  function variableOf(type: GraphQLInputType): string {
    const name = `v${declared.size}`;
    const fallback =
      random.chance(30) && !isNonNullType(type) ? ` = ${random.chance(30) ? 'null' : plainText(type)}` : '';
    declared.set(name, `${type}${fallback}`);
    if (random.chance(75)) variables[name] = plain(type);
    else if (random.chance(20)) variables[name] = random.pick([null, 'other', 1.5, {}, []]);
    return `$${name}`;
  }

  function plainText(type: GraphQLInputType): string {
    return JSON.stringify(plain(type))
      .replace(/"(\w+)":/g, '$1:')
      .replace(/"(RED|GREEN|BLUE)"/g, '$1');
  }

  function plain(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return plain(type.ofType);
    if (isListType(type)) return [plain(type.ofType)];
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
      return Object.fromEntries(fields.map((field) => [field.name, plain(field.type)]));
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    return type.name === 'Int' ? random.integer(0, 99) : `text ${random.integer(0, 99)}`;
  }
}
