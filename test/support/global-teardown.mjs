import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { onServer } from './template-database.mjs';

export default async function globalTeardown() {
  await Promise.all(
    globalThis.gatewayHosts.map((host) => {
      const ended = once(host, 'exit');
      host.disconnect();
      return ended;
    }),
  );
  await rm(process.env.TEST_TEMPLATE_FOLDER, { recursive: true, force: true });
  if (!process.env.TEST_DATABASE_URL) return;
  for (const template of ['demo', 'migrated']) {
    await onServer(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE_DATABASES}_${template} WITH (FORCE)`);
  }
}
