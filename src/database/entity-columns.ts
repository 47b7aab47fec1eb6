// Reads the columns of an entity from its decorators.

import { getMetadataArgsStorage } from './entities/decorators.js';

/** A column as declared by its entity. */
export interface EntityColumn {
  readonly propertyName: string;
  readonly databaseName: string;
  readonly type: string;
  readonly isPrimary: boolean;
  readonly isNullable: boolean;
  /** The value that replaces a stored null. */
  readonly default: unknown;
  /** Maximum number of characters; `undefined` means unlimited. */
  readonly length: number | undefined;
  readonly description: string | undefined;
}

export type EntityClass = new () => object;

/** The description of a column in all APIs. */
export function Description(text: string): PropertyDecorator {
  return Reflect.metadata(Description, text);
}

/** Returns the columns in the entity's order, except those not selected by default. */
export function columnsOf(entity: EntityClass): EntityColumn[] {
  return getMetadataArgsStorage()
    .filterColumns(entity)
    .filter(({ options }) => options.select !== false)
    .map(({ propertyName, options }) => ({
      propertyName,
      databaseName: options.name ?? propertyName,
      type: options.type as string,
      isPrimary: options.primary ?? false,
      isNullable: options.nullable ?? false,
      default: options.default,
      length: options.length === undefined ? undefined : Number(options.length),
      description: Reflect.getMetadata(Description, entity.prototype, propertyName),
    }));
}
