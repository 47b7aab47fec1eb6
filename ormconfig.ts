// What TypeORM's command line works on: npx typeorm -d dist/ormconfig.js migration:show

import { databaseConfigFromEnvironment } from './src/config.js';
import { createMigrationDataSource } from './src/database/migrate-schema.js';

export default createMigrationDataSource(databaseConfigFromEnvironment().database.url);
