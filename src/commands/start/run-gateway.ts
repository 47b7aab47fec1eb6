import type { GatewayDependencies } from '../../app/composition-context.js';
import { Gateway } from '../../app/gateway.js';
import type { Config, Inspected } from '../../config/config.js';
import { isAnySet, isOnPath } from '../../config/inputs.js';
import { variableNames } from '../../config/variables.js';
import { greeting, greetingWithoutDemoData, signDemoTokens } from '../../demo/greeting.js';
import { explainStart, withPath } from '../../errors/explain.js';
import { readCommit, version } from '../../version.js';
import { configurationWarning, openLog, printGreeting } from './output.js';
import { createReload } from './reload.js';
import { endGracefully, endWithParent, onHangUp } from './signals.js';

interface RunOptions {
  readonly endsWithParent: boolean;
  /** Sentences about the configuration. */
  readonly warnings: readonly string[];
  /** Inspects the current values of the variables that can be reloaded. */
  readonly reread: () => Inspected<Config>;
}

/** Resolves once the gateway listens. From then on, a signal ends the process, and SIGHUP reloads. */
export async function runGateway(config: Config, { endsWithParent, warnings, reread }: RunOptions) {
  const log = await openLog(config);
  for (const warning of warnings) log.warn({ warning }, configurationWarning);
  const opened = await openGateway(config, { log, now: Date.now, demoStartMs: Date.now() });
  const { app, url } = opened;
  const end = endGracefully(() => app.close(), { log, drainMs: config.shutdownDelayMs + config.shutdownTimeoutMs });
  if (endsWithParent) endWithParent(end);
  onHangUp({ ...createReload({ config, reread, app, log }), end });
  log.info({ url, version, commit: readCommit() }, 'listening');
  printGreeting(await greetingOf(opened, config));
}

export interface OpenedGateway {
  readonly app: Gateway;
  readonly url: string;
}

/** @throws Error with the reason why the gateway could not start */
export async function openGateway(config: Config, dependencies: GatewayDependencies): Promise<OpenedGateway> {
  try {
    // Startup writes only to this folder.
    const app = await withPath(config.dataDir, () => Gateway.open(config, dependencies));
    try {
      return { app, url: await app.listen() };
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    throw new Error(`The gateway could not start: ${explainStart(error)}`);
  }
}

/** Returns the greeting, which is empty if the demo issuer is not trusted. */
export async function greetingOf({ app, url }: OpenedGateway, { database }: Config): Promise<string> {
  if (app.demoIssuer === null) return '';
  const shell = { hasVariables: isAnySet(variableNames), hasJq: isOnPath('jq') };
  if (database.url !== undefined) return greetingWithoutDemoData(url, shell);
  return greeting(url, await signDemoTokens(app.demoIssuer, Date.now()), shell);
}
