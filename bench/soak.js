// Many requests for full runs to the gateway alone: does its memory stay flat?

import { cases } from './cases/index.js';
import { startContestant } from './contestants/process.js';
import { residentMegabytes } from './measure/process-figures.js';

const connections = 32;
const reportEvery = 10_000;
const atMostSeconds = 3600;

/** @returns {Promise<{ requests: number, now: number, peak: number }[]>} resident memory in MB, every 10,000 answers */
export async function soak({ gateway, count, databaseUrl, sample, load, print }) {
  const server = await startContestant(gateway, databaseUrl);
  const full = cases.find(({ name }) => name === 'full');
  const door = gateway.doors[full.door];
  const requests = full.pointers(sample).map((paths) => door.request(full, paths));
  const series = [];
  const note = (answers) => {
    const { now, peak } = residentMegabytes(server.pid);
    series.push({ requests: answers, now, peak });
    print(`| ${answers} | ${now.toFixed(0)} | ${peak.toFixed(0)} |`);
  };
  print('| requests | RSS MB | peak MB |\n| ---: | ---: | ---: |');
  note(0);
  try {
    const order = {
      port: server.port,
      requests,
      answerStart: door.answerStart,
      connections,
      seconds: atMostSeconds,
      count,
      reportEvery,
    };
    const { failed } = await load.run(order, note);
    if (failed > 0) throw new Error(`${failed} failed answers`);
    return series;
  } finally {
    await server.stop();
  }
}
