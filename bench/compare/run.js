// The command `npm run compare OLD NEW`: sends the same generated requests for the same rows to the builds of two
// commits. Exits with 1 if anything differs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIssuer } from '../contestants/gateway/issuer.js';
import { serverUrl } from '../database/server-url.js';
import { ask } from './ask.js';
import { leaveOutAuditLines } from './audit.js';
import { buildCommits } from './builds.js';
import { startCallbackReceiver } from './callbacks.js';
import { signTokens } from './callers.js';
import { createDatabase } from './database.js';
import { descriptionRequests, readDescriptions, readSharedSchema } from './described.js';
import { generateOperations } from './generate/index.js';
import { compareMetrics } from './metrics.js';
import { parseOptions } from './options.js';
import { entryOn, layoutOf, layouts } from './partitions.js';
import { isRepeated } from './repeated.js';
import { describeDifference, summarize } from './report.js';
import { startSide, storeFiles, storeTrustedDocuments } from './sides.js';
import { createTrustedDocuments } from './trusted-documents.js';
import { createWorld } from './world.js';

/** How many times an operation with differences is compared again. */
const retries = 4;
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
  /** Functions that clean up, called in reverse order. */
  const endings = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const repository = fileURLToPath(new URL('../..', import.meta.url));
    const builds = await buildCommits({ repository, folder, commits: options.commits, log });
    const world = createWorld(options.seed);
    storeFiles(join(folder, 'files'), world);
    const schema = readSharedSchema(builds);
    storeTrustedDocuments(folder, createTrustedDocuments(schema));
    const receiver = await startCallbackReceiver();
    endings.push(receiver.close);
    const { issuers, sign } = await createIssuer({ folder });
    const tokens = await signTokens(sign);
    const pairs = {};
    for (const layout of layouts) {
      if (options.only !== undefined && layout !== layoutOf(options.only)) continue;
      const database = await createDatabase({
        ...{ serverUrl, roots: builds.map(({ root }) => root), world },
        isPartitioned: layout === 'partitions',
      });
      endings.push(database.drop);
      const sides = [];
      for (const [index, { root }] of builds.entries()) {
        const name = ['old', 'new'][index];
        const parts = { name, layout, root, folder, issuers, databaseUrl: database.url, callbackHost: receiver.host };
        const side = await startSide(parts);
        endings.push(side.stop);
        sides.push(side);
      }
      pairs[layout] = { sides, write: database.write };
    }
    const allSides = Object.values(pairs).flatMap(({ sides }) => sides);
    const described = await readDescriptions(Object.values(pairs)[0].sides, tokens.owner);
    const generated = generateOperations({ ...options, count: options.operations, world, schema, ...described });
    const operations = [...descriptionRequests, ...generated].filter(
      ({ number }) => options.only === undefined || number === options.only,
    );
    log(`both are up after ${seconds(begun)} s`);
    const found = await compareAll(operations, { pairs, tokens, ignored: options.ignored, receiver });
    log(`ended after ${seconds(begun)} s`);
    if (options.hold) {
      for (const { name, layout, port } of allSides)
        print(`${entryOn(layout, name)}: GATEWAY=http://127.0.0.1:${port}`);
      for (const [name, token] of Object.entries(tokens)) if (token) print(`TOKEN_${name}=${token}`);
      await interrupted;
    }
    if (found.length > 0 || isInterrupted) process.exitCode = 1;
  } finally {
    for (const end of endings.reverse()) await endOrLog(end);
  }
}

/** Logs an error, so that the other functions still clean up. */
async function endOrLog(end) {
  try {
    await end();
  } catch (error) {
    log(error.stack);
    process.exitCode = 1;
  }
}

async function compareAll(operations, { pairs, tokens, ...options }) {
  const found = [];
  const incomparable = new Set();
  for (const { sides } of Object.values(pairs)) {
    const reason = leaveOutAuditLines(sides);
    if (reason !== undefined) incomparable.add(reason);
  }
  const unrepeated = [];
  const statuses = {};
  let compared = 0;
  let audited = 0;
  for (const generated of operations) {
    if (isInterrupted) break;
    const layout = layoutOf(generated.number);
    const operation = { ...generated, entry: entryOn(layout, generated.entry) };
    const parts = { ...options, ...pairs[layout], token: tokens[operation.caller] };
    const compare = (attempt) => ask(operation, { ...parts, attempt });
    const asked = await compare(0);
    compared += 1;
    if (compared % 500 === 0) log(`${compared} of ${operations.length}`);
    for (const { status, auditLines } of asked) {
      statuses[status] = (statuses[status] ?? 0) + 1;
      audited += auditLines;
    }
    const step = asked.at(-1);
    if (step.differences.length === 0) continue;
    const attempts = [];
    for (let attempt = 1; attempt <= retries; attempt += 1) attempts.push((await compare(attempt)).at(-1).differences);
    const isFound = isRepeated(step.differences, attempts);
    const entry = { operation, ...step };
    (isFound ? found : unrepeated).push(entry);
    print(`${isFound ? '' : 'Not again: '}${describeDifference(entry)}`);
  }
  for (const [layout, { sides }] of Object.entries(pairs)) {
    const { differences, reason } = await compareMetrics(sides, { entry: entryOn(layout, 'metrics'), ...options });
    if (reason !== undefined) incomparable.add(reason);
    if (differences.length === 0) continue;
    const entry = { operation: { entry: entryOn(layout, 'metrics') }, differences };
    found.push(entry);
    print(describeDifference(entry));
  }
  print(`${compared} operations, ${sum(statuses)} requests to each: ${countsOf(statuses)}; ${audited} audit lines`);
  for (const reason of incomparable) print(`Not compared: ${reason}.`);
  if (unrepeated.length > 0) print(`${unrepeated.length} differed once, and not again:\n${summarize(unrepeated)}`);
  print(found.length === 0 ? 'No difference.' : `${found.length} differ:\n${summarize(found)}`);
  return found;
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
