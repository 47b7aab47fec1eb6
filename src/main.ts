// The process: configuration in, signals in, exit code out. Imported by nobody.

import { createApp } from './app.js';
import { type Config, ConfigError, configFromEnvironment } from './config.js';
import { signDemoTokens } from './demo/demo-tokens.js';
import { greeting } from './demo/greeting.js';
import { explain } from './errors/explain.js';
import { createLogger } from './telemetry/logger.js';

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
