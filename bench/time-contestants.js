// Runs all cases on one size of database: first verifies all contestants, then measures their times.

import { cases } from './cases/index.js';
import { startContestant } from './contestants/process.js';
import { createStatementCounter } from './database/statement-counter.js';
import { timeCase } from './measure/time-case.js';
import { verify } from './measure/verify.js';
import { toTable } from './report.js';

/** @returns {Promise<object[]>} the figures of every contestant, for each case and number of connections */
export async function timeContestants({ options, contestants, ...parts }) {
  const plan = cases
    .filter(({ name }) => options.cases.includes(name))
    .flatMap((testCase) =>
      (options.connections ?? testCase.connections).map((connections) => ({ testCase, connections })),
    );
  const statements = new Map();
  for (const contestant of contestants) await verifyAll({ ...parts, contestant, plan, statements });

  const running = [];
  const timings = [];
  try {
    for (const contestant of contestants) {
      running.push({ contestant, server: await startContestant(contestant, parts.databaseUrl) });
    }
    for (const { testCase, connections } of plan) {
      const results = await timeCase({
        ...parts,
        testCase,
        connections,
        running: running.filter(({ contestant }) => takesPart(contestant, testCase)),
        rounds: options.rounds,
        seconds: options.seconds,
      });
      for (const [name, result] of Object.entries(results)) {
        result.statements = statements.get(`${name} ${testCase.name} ${connections}`);
      }
      const { rounds, seconds } = options;
      const timing = { testCase, runs: parts.runs, connections, rounds, seconds, results };
      timings.push(timing);
      parts.print(toTable(timing));
    }
  } finally {
    for (const { server } of running) await server.stop();
  }
  return timings;
}

/** Starts the contestant only for verification, with the statement counter between it and the database. */
async function verifyAll({ contestant, plan, statements, databaseUrl, sample, log }) {
  const counter = await createStatementCounter(databaseUrl);
  const { port, stop } = await startContestant(contestant, counter.url);
  const shared = { contestant, port, sample, databaseUrl, statements: counter.statements };
  try {
    for (const { testCase, connections } of plan) {
      if (!takesPart(contestant, testCase)) continue;
      const counted = await verify({ ...shared, testCase, connections });
      statements.set(`${contestant.name} ${testCase.name} ${connections}`, counted);
    }
    log(`  ${contestant.name} returns correct results`);
  } finally {
    await stop();
    counter.close();
  }
}

function takesPart(contestant, testCase) {
  return testCase.entryPoint in contestant.entryPoints;
}
