// The duration of requests without a token, by route. No request may occupy the main thread for long.

import { readRoutes } from '../support/routes.js';
import { useOwnGateway } from '../support/start-gateway.js';

const repetitions = 60;
const simplest = '/health/live';

describe('a request without a token', () => {
  const gateway = useOwnGateway({ environment: { DEMO: 'on', MCP: 'on', DEMO_RUNS_PER_MINUTE: '0' } });

  /** Returns the median in milliseconds. Sends HEAD, so that no bytes have to be transferred. */
  async function timeOf(path: string, accept: string): Promise<number> {
    const times: number[] = [];
    for (let count = 0; count < repetitions; count += 1) {
      const start = performance.now();
      await fetch(gateway.url + path, { method: 'HEAD', headers: { accept }, redirect: 'manual' });
      times.push(performance.now() - start);
    }
    return times.sort((one, other) => one - other)[repetitions / 2]!;
  }

  it('takes about as long at each route as at the simplest one', async () => {
    const routes = (await readRoutes(gateway)).filter(({ method }) => method === 'HEAD');
    // The first requests take longer.
    await timeOf(simplest, '*/*');
    const least = await timeOf(simplest, '*/*');
    const times: { readonly route: string; readonly ms: number }[] = [];
    for (const { path } of routes)
      for (const accept of ['*/*', 'text/html'])
        times.push({ route: `${path} as ${accept}`, ms: await timeOf(path, accept) });
    times.sort((one, other) => other.ms - one.ms);
    const lines = times.slice(0, 15).map(({ route, ms }) => `${ms.toFixed(2)} ms  ${route}`);
    process.stderr.write(
      `Requests without a token, the slowest; ${simplest}: ${least.toFixed(2)} ms\n${lines.join('\n')}\n`,
    );
    expect(times.length).toBeGreaterThan(80);
    expect(times.filter(({ ms }) => ms > 10 * least)).toEqual([]);
  });
});
