// What TypeORM's command line works on: npx typeorm -d dist/ormconfig.js migration:show

import { databaseConfigFromEnvironment } from './src/config.js';
import { createDataSource } from './src/database/data-source.js';
import { migrationDataSourceOptions } from './src/database/migrate-schema.js';

export default createDataSource(migrationDataSourceOptions(databaseConfigFromEnvironment().database.url));
