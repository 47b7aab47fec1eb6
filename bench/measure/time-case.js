// Times a case with a number of connections. All contestants run, and one at a time is loaded, round after round, so
// that other work on the machine affects all of them equally.

import {
  machineCpuSeconds,
  mainThreadSeconds,
  processSeconds,
  resetPeak,
  residentMegabytes,
  secondsBetween,
} from './process-figures.js';

/**
 * The time for opening connections, filling pools and compiling code before the clock starts. Before the first round, it
 * lasts until this number of runs was returned, because V8 compiles code after a number of calls.
 */
const warmUp = { seconds: 0.5, firstSeconds: 2, maxFirstSeconds: 10, runs: 10_000 };

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
      // Each round begins with a different contestant, so that none always follows the same one.
      const { contestant, server } = running[(round + turn) % running.length];
      const { request, responseStart } = contestant.entryPoints[testCase.entryPoint];
      const order = {
        port: server.port,
        requests: requestedPaths.map((paths) => request(testCase, paths)),
        responseStart,
        connections,
      };
      const run = (duration) => load.run({ ...order, seconds: duration });
      if (round === 0) await runFirst(run, testCase.runsPerRequest ?? 1);
      else await run(warmUp.seconds);
      const figures = await measure(() => run(seconds), server.pid, backends);
      if (figures.failed > 0)
        throw new Error(`${contestant.name}: ${figures.failed} failed responses in ${testCase.name}`);
      samples[contestant.name].push(figures);
    }
    log(`  ${testCase.name} at ${connections}: round ${round + 1} of ${rounds}`);
  }
  return Object.fromEntries(
    Object.entries(samples).map(([name, measured]) => [
      name,
      { ...medians(measured), rounds: measured.map(({ perSecond }) => perSecond) },
    ]),
  );
}

async function runFirst(run, runsPerRequest) {
  let runs = 0;
  for (let seconds = 0; seconds < warmUp.maxFirstSeconds && runs < warmUp.runs; seconds += warmUp.firstSeconds) {
    runs += (await run(warmUp.firstSeconds)).requests * runsPerRequest;
  }
}

/**
 * Runs a load and measures its costs. `cpu` is in seconds per 1,000 requests, user and system time in microseconds per
 * request, `others` in CPUs.
 */
async function measure(run, pid, backends) {
  resetPeak(pid);
  const { now: backendsBefore } = await backends.cpuSince();
  const [before, mainBefore, allBefore] = [processSeconds(pid), mainThreadSeconds(pid), machineCpuSeconds()];
  const result = await run();
  const own = secondsBetween(before, processSeconds(pid));
  const main = secondsBetween(mainBefore, mainThreadSeconds(pid));
  const all = machineCpuSeconds() - allBefore;
  const database = await backends.cpuSince(backendsBefore);
  const perRequest = (seconds) => (seconds * 1e6) / result.requests;
  const ownSeconds = own.user + own.system;
  return {
    ...result,
    cpu: (ownSeconds * 1000) / result.requests,
    mainUser: perRequest(main.user),
    mainSystem: perRequest(main.system),
    databaseUser: perRequest(database.user),
    databaseSystem: perRequest(database.system),
    peak: residentMegabytes(pid).peak,
    others: (all - ownSeconds - database.user - database.system - result.loadCpu) / result.elapsed,
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
