import { type Fragment, type Rows, sql } from './fragment.js';
import { createSqlParameters, type SqlParameters } from './sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner, type Statement } from './statements.js';

/** A parameter that every key provides, as a column of the `request` rows. */
export type KeyColumn<Key> = readonly [name: string, type: string, toValue: (key: Key) => unknown];

/** The keys of a statement as rows. */
export interface RequestRows extends Rows {
  /** SQL for a FROM clause. */
  readonly from: Fragment;
}

/** The SQL of a keyed statement. */
export interface KeyedText<Key> {
  readonly columns: readonly KeyColumn<Key>[];
  /**
   * Whether the SQL is for a single key, whose values are not arrays. For several keys, the rows also have their key's
   * position, from 1.
   */
  readonly isSingle: boolean;
  /** The types of the parameters that all keys share. */
  readonly constantTypes: readonly string[];
  /**
   * @param constants SQL of the parameters that all keys share
   * @param add adds another parameter, which is allowed only in SQL that is not cached
   */
  compose(request: RequestRows, constants: readonly string[], add: SqlParameters['add']): string;
}

/** Composed SQL. It does not retain any key. */
interface KeptText<Key> extends Pick<KeyedText<Key>, 'columns' | 'isSingle'> {
  readonly statement: Statement;
}

/** A statement that reads rows for one or several keys. The SQL of each variant is composed once. */
export class KeyedStatement<Key> {
  readonly #toStatement: (text: string) => Statement;
  readonly #kept = new Map<string | number, KeptText<Key>>();

  constructor(name: string) {
    this.#toStatement = createStatementFactory(name);
  }

  /**
   * @param keys of the same variant
   * @param variant identifies the SQL; `null` if the SQL depends on values and must not be cached
   * @param describe returns the SQL of the variant
   */
  bind(
    keys: readonly Key[],
    variant: string | number | null,
    constants: readonly unknown[],
    describe: () => KeyedText<Key>,
  ): BoundStatement {
    const kept = variant === null ? undefined : this.#kept.get(variant);
    if (kept !== undefined) return { statement: kept.statement, values: valuesOf(keys, kept, constants) };
    const text = describe();
    const given = valuesOf(keys, text, constants);
    const { add, values } = createSqlParameters(given);
    const statement = this.#toStatement(compose(text, add));
    if (variant !== null) {
      if (values.length > given.length) throw new Error(`The text of variant ${variant} depends on values.`);
      const { columns, isSingle } = text;
      this.#kept.set(variant, { statement, columns, isSingle });
    }
    return { statement, values };
  }
}

function valuesOf<Key>(
  keys: readonly Key[],
  { columns, isSingle }: Pick<KeyedText<Key>, 'columns' | 'isSingle'>,
  constants: readonly unknown[],
): unknown[] {
  const values = columns.map(([, , toValue]) => (isSingle ? toValue(keys[0]!) : keys.map(toValue)));
  values.push(...constants);
  return values;
}

function compose<Key>(
  { columns, isSingle, constantTypes, compose: composeText }: KeyedText<Key>,
  add: SqlParameters['add'],
): string {
  // With a single key, these values only serve to look up unique rows, so the planner would not find a better plan by
  // knowing them.
  const toParameter = (index: number, type: string) => {
    const parameter = `$${index + 1}::${type}`;
    return isSingle ? parameter : hideFromPlanner(parameter);
  };
  const names = columns.map(([name]) => name);
  const parameters = columns.map(([, type], index) => toParameter(index, isSingle ? type : `${type}[]`));
  const from = isSingle
    ? sql`(SELECT ${parameters.map((value, index) => `${value} AS ${names[index]}`).join(', ')}) AS request`
    : sql`unnest(${parameters.join(', ')}) WITH ORDINALITY AS request (${[...names, 'position'].join(', ')})`;
  const constants = constantTypes.map((type, index) => toParameter(columns.length + index, type));
  return composeText({ name: 'request', columns: isSingle ? names : [...names, 'position'], from }, constants, add);
}
