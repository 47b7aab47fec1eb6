// Sends many requests for full runs to the gateway only, to see whether its memory remains stable.

import { cases } from './cases/index.js';
import { startContestant } from './contestants/process.js';
import { residentMegabytes } from './measure/process-figures.js';

const connections = 32;
const reportEvery = 10_000;
const atMostSeconds = 3600;

/**
 * @returns {Promise<{ requests: number, now: number, peak: number }[]>} resident memory in MB after every 10,000
 * responses
 */
export async function soak({ gateway, count, databaseUrl, sample, load, print }) {
  const server = await startContestant(gateway, databaseUrl);
  const full = cases.find(({ name }) => name === 'full');
  const entryPoint = gateway.entryPoints[full.entryPoint];
  const requests = full.requestedPaths(sample).map((paths) => entryPoint.request(full, paths));
  const series = [];
  const record = (responses) => {
    const { now, peak } = residentMegabytes(server.pid);
    series.push({ requests: responses, now, peak });
    print(`| ${responses} | ${now.toFixed(0)} | ${peak.toFixed(0)} |`);
  };
  print('| requests | RSS MB | peak MB |\n| ---: | ---: | ---: |');
  record(0);
  try {
    const order = {
      port: server.port,
      requests,
      responseStart: entryPoint.responseStart,
      connections,
      seconds: atMostSeconds,
      count,
      reportEvery,
    };
    const { failed } = await load.run(order, record);
    if (failed > 0) throw new Error(`${failed} failed responses`);
    return series;
  } finally {
    await server.stop();
  }
}
