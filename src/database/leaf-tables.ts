/**
 * Returns SQL that selects the `oid` of each table that stores the rows of a table: its partitions or, if it has none,
 * the table itself.
 * @param table SQL of type `regclass`
 */
export function leafTables(table: string): string {
  return `SELECT oid FROM pg_class
    WHERE relkind = 'r' AND (oid = ${table} OR oid IN (SELECT relid FROM pg_partition_tree(${table})))`;
}
