// The picture of the tables in docs/tables.md: a diagram of Mermaid, made from the entities.

import { getMetadataArgsStorage } from 'typeorm/globals.js';

const storage = getMetadataArgsStorage();

/**
 * Returns the tables with the columns of their keys, and a line for each foreign key. The other columns have their own tables
 * in the document.
 * @param {readonly Function[]} entities in the order of the picture
 */
export function tablesDiagram(entities) {
  const tables = entities.map((entity) => tableOf(entity));
  const lines = tables.flatMap(({ name, foreignKeys }) =>
    foreignKeys.map(
      ({ target, column, isNullable }) => `${target} ${isNullable ? '|o' : '||'}--o{ ${name} : ${column}`,
    ),
  );
  const boxes = tables.map(({ name, columns, foreignKeys }) => {
    const keyColumns = columns.map(({ options, propertyName }) => {
      const column = options.name ?? propertyName;
      const keys = [
        ...(options.primary ? ['PK'] : []),
        ...(foreignKeys.some((foreignKey) => foreignKey.column === column) ? ['FK'] : []),
      ];
      return keys.length === 0 ? [] : [`    ${options.type} ${column} ${keys.join(', ')}`];
    });
    return `${name} {\n${keyColumns.flat().join('\n')}\n  }`;
  });
  return `<!-- test: keys-of-tables -->\n\n\`\`\`mermaid\nerDiagram\n${[...lines, ...boxes].map((line) => `  ${line}\n`).join('')}\`\`\``;
}

function tableOf(entity) {
  const columns = storage.filterColumns(entity);
  const foreignKeys = storage.filterRelations(entity).map(({ propertyName, type }) => {
    const [{ name }] = storage.filterJoinColumns(entity, propertyName);
    const column = columns.find(({ options }) => options.name === name);
    return { target: nameOf(type()), column: name, isNullable: column.options.nullable ?? false };
  });
  return { name: nameOf(entity), columns, foreignKeys };
}

function nameOf(entity) {
  return storage.filterTables(entity)[0].name;
}
