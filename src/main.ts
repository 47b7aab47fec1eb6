// The process: configuration in, signals in, exit code out. Imported by nobody.

import { setFlagsFromString } from 'node:v8';
import { createApp } from './app.js';
import { type Config, ConfigError, configFromEnvironment } from './config.js';
import { signDemoTokens } from './demo/demo-tokens.js';
import { greeting } from './demo/greeting.js';
import { explain } from './errors/explain.js';
import { createLogger } from './telemetry/logger.js';

// Under load V8 sees the objects of a request outlive one collection, while its statement is under way, and then takes
// the like of them for long-lived: it allocates them in the old generation from the start, where they keep all that they
// point to until the next full collection. Measured: 3 KB of each request, and a fifth of the resident memory.
setFlagsFromString('--no-allocation-site-pretenuring');

try {
  await run(configFromEnvironment());
} catch (error) {
  // A stack says nothing to an operator whose configuration is wrong.
  const text = error instanceof ConfigError ? error.message : `The gateway could not start: ${explain(error)}`;
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

async function run(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const app = await createApp(config, { log, now: Date.now });
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'shutting down');
    // A second signal ends the process at once, as it does by default.
    for (const each of ['SIGTERM', 'SIGINT'] as const) process.removeListener(each, stop);
    void app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'shutting down failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  try {
    const url = await app.listen();
    log.info({ url }, 'listening');
    if (app.demoIssuer !== null) process.stdout.write(greeting(url, await signDemoTokens(app.demoIssuer)));
  } catch (error) {
    await app.close();
    throw error;
  }
}
