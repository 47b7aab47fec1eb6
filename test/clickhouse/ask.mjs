// Prints the rows of a query in ClickHouse as JSON: ask.mjs FOLDER SQL

import { query } from 'chdb';

const [folder, sql] = process.argv.slice(2);
process.chdir(folder);
process.stdout.write(JSON.stringify(JSON.parse(query(sql, 'JSON')).data));
