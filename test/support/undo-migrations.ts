import type { DataSource } from 'typeorm';

/** Takes migrations back, the newest first, to the one whose name begins so, that one included. */
export async function undoMigrations(dataSource: DataSource, oldest: string): Promise<void> {
  const rows: { readonly name: string }[] = await dataSource.query('SELECT name FROM migrations ORDER BY id DESC');
  const index = rows.findIndex(({ name }) => name.startsWith(oldest));
  if (index < 0) throw new Error(`${oldest} was not applied.`);
  for (const _ of rows.slice(0, index + 1)) await dataSource.undoLastMigration();
}
