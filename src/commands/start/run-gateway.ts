import { createApp } from '../../app.js';
import type { Config } from '../../config.js';
import { signDemoTokens } from '../../demo/demo-tokens.js';
import { greeting } from '../../demo/greeting.js';
import { explain } from '../../errors/explain.js';
import { createLogger } from '../../telemetry/logger.js';

/** Resolves once the gateway listens; from then on a signal ends the process. */
export async function runGateway(config: Config): Promise<void> {
  try {
    await run(config);
  } catch (error) {
    throw new Error(`The gateway could not start: ${explain(error)}`);
  }
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
