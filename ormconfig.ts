// `npx typeorm -d ormconfig.ts` fails, because the entities have TypeScript decorators, which Node.js cannot run. This
// command builds first: npm run typeorm -- migration:show

import { databaseVariables, inspectDatabaseConfig, withoutFaults } from './src/config/config.js';
import { openInputs } from './src/config/inputs.js';
import { createDataSource } from './src/database/data-source.js';
import { migrationDataSourceOptions } from './src/database/migrate-schema.js';
import { explainEnd } from './src/errors/explain.js';

export default createDataSource(migrationDataSourceOptions(readUrl()));

function readUrl(): string {
  try {
    return withoutFaults(inspectDatabaseConfig(openInputs()(), databaseVariables)).database.url;
  } catch (error) {
    // TypeORM would report a file that it cannot open with two stacks.
    process.stderr.write(`${explainEnd(error)}\n`);
    process.exit(1);
  }
}
