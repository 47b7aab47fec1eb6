// Times one case under one number of connections: all contestants run, one is loaded at a time, round after round, so
// that what else the machine does falls on all of them alike.

import { cpuSeconds, machineCpuSeconds, resetPeak, residentMegabytes } from './process-figures.js';

/** Connections opened, pools filled and code compiled before the clock starts. */
const warmUpSeconds = { first: 2, later: 0.5 };

/**
 * @param {object} parts
 * @param {{ contestant: object, server: { pid: number, port: number } }[]} parts.running
 * @returns {Promise<Record<string, object>>} medians over the rounds, by contestant
 */
export async function timeCase({ testCase, connections, running, rounds, seconds, sample, load, backends, log }) {
  const requestedPaths = testCase.requestedPaths(sample);
  const samples = Object.fromEntries(running.map(({ contestant }) => [contestant.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < running.length; turn += 1) {
      // Each round begins with another: no contestant always follows the same one.
      const { contestant, server } = running[(round + turn) % running.length];
      const { request, responseStart } = contestant.entryPoints[testCase.entryPoint];
      const order = {
        port: server.port,
        requests: requestedPaths.map((paths) => request(testCase, paths)),
        responseStart,
        connections,
      };
      const run = (duration) => load.run({ ...order, seconds: duration });
      await run(round === 0 ? warmUpSeconds.first : warmUpSeconds.later);
      const figures = await measure(() => run(seconds), server.pid, backends);
      if (figures.failed > 0)
        throw new Error(`${contestant.name}: ${figures.failed} failed responses in ${testCase.name}`);
      samples[contestant.name].push(figures);
    }
    log(`  ${testCase.name} at ${connections}: round ${round + 1} of ${rounds}`);
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, each]) => [
      name,
      { ...medians(each), rounds: each.map(({ perSecond }) => perSecond) },
    ]),
  );
}

/** One load, and what it cost whom. Figures of processors are seconds per 1,000 requests; `others` is in processors. */
async function measure(run, pid, backends) {
  resetPeak(pid);
  const { now: backendsBefore } = await backends.cpuSince();
  const [before, allBefore] = [cpuSeconds(pid), machineCpuSeconds()];
  const result = await run();
  const [own, all] = [cpuSeconds(pid) - before, machineCpuSeconds() - allBefore];
  const { seconds: database } = await backends.cpuSince(backendsBefore);
  const perThousand = 1000 / result.requests;
  return {
    ...result,
    cpu: own * perThousand,
    databaseCpu: database * perThousand,
    peak: residentMegabytes(pid).peak,
    others: (all - own - database - result.loadCpu) / result.elapsed,
  };
}

function medians(samples) {
  return Object.fromEntries(Object.keys(samples[0]).map((key) => [key, median(samples.map((sample) => sample[key]))]));
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
