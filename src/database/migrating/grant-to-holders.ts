/**
 * Returns SQL that grants rights to roles that already hold a given right on a table, such as writers.
 * @param held the privilege and the table
 * @param rights as in GRANT, with their table
 */
export function grantToHolders(
  held: readonly [privilege: string, table: string],
  ...rights: readonly string[]
): string {
  const [privilege, table] = held;
  return `
      DO $$
      DECLARE holder text;
      BEGIN
        FOR holder IN
          SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
          FROM pg_class CROSS JOIN aclexplode(relacl)
          WHERE pg_class.oid = '${table}'::regclass AND privilege_type = '${privilege}'
        LOOP
          ${rights.map((right) => `EXECUTE 'GRANT ${right} TO ' || holder;`).join('\n          ')}
        END LOOP;
      END $$;`;
}
