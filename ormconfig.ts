// What TypeORM's command line works on: npx typeorm -d dist/ormconfig.js migration:show

import { databaseVariables, inspectDatabaseConfig, withoutFaults } from './src/config/config.js';
import { openInputs } from './src/config/inputs.js';
import { createDataSource } from './src/database/data-source.js';
import { migrationDataSourceOptions } from './src/database/migrate-schema.js';

const { database } = withoutFaults(inspectDatabaseConfig(openInputs()(), databaseVariables));

export default createDataSource(migrationDataSourceOptions(database.url));
