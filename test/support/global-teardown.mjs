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
  await rm(process.env.TEST_TEMPLATE_DATA_DIR, { recursive: true, force: true });
  if (process.env.TEST_TEMPLATE_DATABASE) {
    await onServer(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE_DATABASE} WITH (FORCE)`);
  }
}
