/**
 * Returns SQL that selects the `oid` of each table that holds rows of a table: its partitions, or itself without any.
 * @param table SQL of a `regclass`
 */
export function leafTables(table: string): string {
  return `SELECT oid FROM pg_class
    WHERE relkind = 'r' AND (oid = ${table} OR oid IN (SELECT relid FROM pg_partition_tree(${table})))`;
}
