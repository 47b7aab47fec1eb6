import { type App, createApp } from '../../app.js';
import type { Config } from '../../config.js';
import { signDemoTokens } from '../../demo/demo-tokens.js';
import { greeting, greetingWithoutDemoData } from '../../demo/greeting.js';
import { explain } from '../../errors/explain.js';
import { createLogger } from '../../telemetry/logger.js';
import { endWithParent } from './end-with-parent.js';
import { endGracefully } from './graceful-end.js';

/** Resolves once the gateway listens; from then on a signal ends the process. */
export async function runGateway(config: Config, { endsWithParent }: { readonly endsWithParent: boolean }) {
  const log = createLogger(config.logLevel);
  let app: App;
  let url: string;
  try {
    app = await createApp(config, { log, now: Date.now });
    try {
      url = await app.listen();
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    throw new Error(`The gateway could not start: ${explain(error)}`);
  }
  const end = endGracefully(app.close, { log, drainMs: config.shutdownDelayMs + config.shutdownTimeoutMs });
  if (endsWithParent) endWithParent(end);
  log.info({ url }, 'listening');
  if (app.demoIssuer === null) return;
  if (config.database.url !== undefined) process.stdout.write(greetingWithoutDemoData(url));
  else process.stdout.write(greeting(url, await signDemoTokens(app.demoIssuer)));
}
