// The command `npm run compare OLD NEW`: sends the same generated requests over the same rows to the builds of two
// commits. Exits with 1 where anything differs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIssuer } from '../contestants/gateway/issuer.js';
import { serverUrl } from '../database/server-url.js';
import { ask } from './ask.js';
import { buildCommits } from './builds.js';
import { signTokens } from './callers.js';
import { createDatabase } from './database.js';
import { descriptionRequests, readDescriptions } from './described.js';
import { generateOperations } from './generate/index.js';
import { parseOptions } from './options.js';
import { describeDifference, summarize } from './report.js';
import { startSide, storeFiles } from './sides.js';
import { createWorld } from './world.js';

/** The number of times that a differing operation is compared again, until it differs in the same way. */
const retries = 3;
const print = (text) => process.stdout.write(`${text}\n`);
const log = (line) => process.stderr.write(`${line}\n`);

const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
});
let isInterrupted = false;
interrupted.then(() => {
  isInterrupted = true;
});

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return print(options.help);
  const begun = Date.now();
  log(`seed ${options.seed}`);
  const folder = mkdtempSync(join(tmpdir(), 'task-run-gateway-compare-'));
  /** Functions that clean up, the last one first. */
  const endings = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    const builds = await buildCommits({ repository, folder, commits: options.commits, log });
    const world = createWorld(options.seed);
    const database = await createDatabase({ serverUrl, roots: builds.map(({ root }) => root), world });
    endings.push(database.drop);
    storeFiles(join(folder, 'files'), world);
    const { issuers, sign } = await createIssuer({ folder });
    const tokens = await signTokens(sign);
    const sides = [];
    for (const [index, { root }] of builds.entries()) {
      const side = await startSide({ name: ['old', 'new'][index], root, folder, issuers, databaseUrl: database.url });
      endings.push(side.stop);
      sides.push(side);
    }
    const described = await readDescriptions(sides, tokens.owner);
    const generated = generateOperations({ ...options, count: options.operations, world, ...described });
    const operations = [...descriptionRequests, ...generated].filter(
      ({ number }) => options.only === undefined || number === options.only,
    );
    log(`both are up after ${seconds(begun)} s`);
    const found = await compareAll(operations, { sides, tokens, ignored: options.ignored });
    log(`ended after ${seconds(begun)} s`);
    if (options.hold) {
      for (const { name, port } of sides) print(`${name}: GATEWAY=http://127.0.0.1:${port}`);
      for (const [name, token] of Object.entries(tokens)) if (token) print(`TOKEN_${name}=${token}`);
      await interrupted;
    }
    if (found.length > 0 || isInterrupted) process.exitCode = 1;
  } finally {
    for (const end of endings.reverse()) await endOrLog(end);
  }
}

/** Logs an error, so that the other functions clean up nevertheless. */
async function endOrLog(end) {
  try {
    await end();
  } catch (error) {
    log(error.stack);
    process.exitCode = 1;
  }
}

async function compareAll(operations, { sides, tokens, ignored }) {
  const found = [];
  const unrepeated = [];
  const statuses = {};
  let compared = 0;
  for (const operation of operations) {
    if (isInterrupted) break;
    const attempt = () => ask(operation, { sides, token: tokens[operation.caller], ignored });
    const asked = await attempt();
    compared += 1;
    if (compared % 500 === 0) log(`${compared} of ${operations.length}`);
    for (const { status } of asked) statuses[status] = (statuses[status] ?? 0) + 1;
    const step = asked.at(-1);
    if (step.differences.length === 0) continue;
    // Statements that are sent periodically, not for this request, differ only once.
    const isRepeated = await isFoundAgain(step.differences, attempt);
    const entry = { operation, ...step };
    (isRepeated ? found : unrepeated).push(entry);
    print(`${isRepeated ? '' : 'Not again: '}${describeDifference(entry)}`);
  }
  print(`${compared} operations, ${sum(statuses)} requests to each: ${countsOf(statuses)}`);
  if (unrepeated.length > 0) print(`${unrepeated.length} differed once, and not again:\n${summarize(unrepeated)}`);
  print(found.length === 0 ? 'No difference.' : `${found.length} differ:\n${summarize(found)}`);
  return found;
}

async function isFoundAgain(differences, attempt) {
  for (let count = 0; count < retries; count += 1) {
    const again = (await attempt()).at(-1).differences;
    if (again.some(({ kind }) => differences.some((each) => each.kind === kind))) return true;
  }
  return false;
}

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const countsOf = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
const seconds = (begun) => Math.round((Date.now() - begun) / 1000);

main().catch((error) => {
  log(error.isForReader ? error.message : error.stack);
  process.exitCode = 1;
});
