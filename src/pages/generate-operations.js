// Generates operations.ts for each app, and for what they share: the operations and fragments in its *.graphql as texts, with
// types of their variables and data. `npm ci`, the build and `npm run lint` write them. Both apps would load a common file.
//
// An operation's text is in a constant with its name (`runQuery`), and its types are `RunData` and `RunVariables`. A fragment's
// type has the fragment's name.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  print,
  typeFromAST,
  validate,
} from 'graphql';

const programs = ['graphiql', 'runs', 'shared'];
const folder = import.meta.dirname;

const scalars = {
  String: 'string',
  ID: 'string',
  UUID: 'string',
  DateTime: 'string',
  Decimal: 'string',
  BigInt: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};

/** Returns the text of an app's operations.ts. @throws Error for operations that the schema does not allow */
function generateOperations(program) {
  const schema = buildSchema(readFileSync(join(folder, '..', '..', 'schema.graphql'), 'utf8'));
  const names = readdirSync(join(folder, program), { recursive: true }).filter((name) => name.endsWith('.graphql'));
  const document = parse(
    names
      .toSorted()
      .map((name) => readFileSync(join(folder, program, name), 'utf8'))
      .join('\n'),
  );
  const errors = validate(schema, document);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return new Generator(schema, document).text();
}

class Generator {
  /** Enums and input types by name. */
  #named = new Map();

  constructor(schema, document) {
    this.schema = schema;
    this.document = document;
    this.fragments = new Map(
      document.definitions.filter(isFragment).map((definition) => [definition.name.value, definition]),
    );
  }

  text() {
    const definitions = this.document.definitions.map((definition) =>
      isFragment(definition) ? this.#fragment(definition) : this.#operation(definition),
    );
    const filter = this.schema.getType('TaskRunFilter');
    const filterTypes = Object.values(filter.getFields()).map(
      ({ name, type }) => `  ${name}: '${getNullableType(type)}',`,
    );
    return [
      '// Made from the schema and *.graphql of this program by src/pages/generate-operations.js.\n',
      "import type { Operation } from '../shared/api/operation.js';\n",
      ...definitions,
      ...[...this.#named.values()],
      ...(this.#named.has(filter.name)
        ? [
            `/** The type of each filter in the schema. */\nexport const filterTypes = {\n${filterTypes.join('\n')}\n} as const;\n`,
          ]
        : []),
    ].join('\n');
  }

  #fragment(definition) {
    const name = definition.name.value;
    const type = this.schema.getType(definition.typeCondition.name.value);
    return `export type ${name} = ${this.#selected(type, [definition.selectionSet])};\n`;
  }

  #operation(definition) {
    const { operation } = definition;
    const name = definition.name.value;
    const root = this.schema.getRootType(operation);
    const variables = definition.variableDefinitions.map(({ variable, type, defaultValue }) =>
      this.#inputField(variable.name.value, typeFromAST(this.schema, type), defaultValue !== undefined),
    );
    const constant = `${name[0].toLowerCase()}${name.slice(1)}${operation[0].toUpperCase()}${operation.slice(1)}`;
    const text = [definition, ...this.#fragmentsOf(definition)].map(print).join('\n\n');
    return [
      `export type ${name}Data = ${this.#selected(root, [definition.selectionSet])};\n`,
      `export type ${name}Variables = ${object(variables)};\n`,
      `export const ${constant} = \`${text}\` as Operation<${name}Data, ${name}Variables>;\n`,
    ].join('\n');
  }

  /** Returns the fragments that a definition uses, without duplicates. */
  #fragmentsOf(definition, found = new Set()) {
    for (const [, name] of print(definition).matchAll(/\.\.\.(?!\s*on )(\w+)/g)) {
      const fragment = this.fragments.get(name);
      if (found.has(fragment)) continue;
      found.add(fragment);
      this.#fragmentsOf(fragment, found);
    }
    return [...found];
  }

  /** Returns the type of a value with these selection sets. */
  #selected(type, sets) {
    const hasForms = sets.some((set) => set.selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT));
    if (!isAbstractType(type) || !hasForms) return this.#selectedOf(type, sets);
    const shapes = this.schema.getPossibleTypes(type).map((possible) => this.#selectedOf(possible, sets));
    return [...new Set(shapes)].join(' | ');
  }

  #selectedOf(type, sets) {
    const spreads = [];
    const fields = new Map();
    const collect = ({ selections }, isOptional) => {
      for (const selection of selections) {
        const isIncluded = isOptional || selection.directives.length > 0;
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const name = selection.name.value;
          spreads.push(isIncluded ? `Partial<${name}>` : name);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition && this.schema.getType(selection.typeCondition.name.value);
          const applies =
            !condition || condition === type || (isAbstractType(condition) && this.schema.isSubType(condition, type));
          if (applies) collect(selection.selectionSet, isIncluded);
        } else {
          const name = (selection.alias ?? selection.name).value;
          const field = fields.get(name) ?? { selection, isOptional: true, sets: [] };
          if (selection.selectionSet) field.sets.push(selection.selectionSet);
          fields.set(name, { ...field, isOptional: field.isOptional && isIncluded });
        }
      }
    };
    for (const set of sets) collect(set, false);
    const members = [...fields].map(([name, { selection, isOptional, sets: inner }]) => {
      const field = type.getFields()[selection.name.value];
      const textOf = (named) => (inner.length > 0 ? this.#selected(named, inner) : this.#leaf(named));
      return `readonly ${name}${isOptional ? '?' : ''}: ${wrapped(field.type, textOf)};`;
    });
    return members.length === 0 && spreads.length > 0 ? spreads.join(' & ') : [...spreads, object(members)].join(' & ');
  }

  #leaf(type) {
    if (!isEnumType(type)) return scalars[type.name] ?? 'unknown';
    const values = type.getValues().map(({ name }) => `'${name}'`);
    this.#named.set(type.name, `export type ${type.name} = ${values.join(' | ')};\n`);
    return type.name;
  }

  #inputField(name, type, hasDefault = false) {
    const isRequired = isNonNullType(type) && !hasDefault;
    const text = wrapped(type, (named) => this.#input(named));
    return `readonly ${name}${isRequired ? '' : '?'}: ${text}${isRequired ? '' : ' | undefined'};`;
  }

  #input(type) {
    if (!isInputObjectType(type)) return this.#leaf(type);
    if (!this.#named.has(type.name)) {
      // Its fields may refer to the type itself.
      this.#named.set(type.name, '');
      const fields = Object.values(type.getFields()).map((field) =>
        this.#inputField(field.name, field.type, field.defaultValue !== undefined),
      );
      this.#named.set(type.name, `export interface ${type.name} ${object(fields)}\n`);
    }
    return type.name;
  }
}

/** Returns the text of a type with its lists and nulls. @param textOf returns the text of the innermost type */
function wrapped(type, textOf, isNullable = true) {
  if (isNonNullType(type)) return wrapped(type.ofType, textOf, false);
  const text = isListType(type) ? `readonly ${inParentheses(wrapped(type.ofType, textOf))}[]` : textOf(type);
  return isNullable ? `${text} | null` : text;
}

const isFragment = ({ kind }) => kind === Kind.FRAGMENT_DEFINITION;
const object = (members) => (members.length === 0 ? 'Record<string, never>' : `{ ${members.join(' ')} }`);
const inParentheses = (type) => (/[|&]/.test(type) ? `(${type})` : type);

for (const program of programs) {
  const path = join(folder, program, 'operations.ts');
  const text = generateOperations(program);
  // Writing an unchanged file would make dist look outdated, and the next build would repeat it.
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
