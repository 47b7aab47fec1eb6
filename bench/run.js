// The benchmark's command: seeds, checks every result, measures and reports. Exits with 1 if a result is wrong.

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './cases/index.js';
import { contestantNames, createContestants } from './contestants/index.js';
import { watchBackends } from './database/backends.js';
import { prepareDatabase } from './database/prepare.js';
import { createSample } from './database/sample.js';
import { serverUrl } from './database/server-url.js';
import { startLoad } from './load/process.js';
import { measureMix } from './mix.js';
import { parseOptions } from './options.js';
import { describeMachine, toAliasGain } from './report.js';
import { runScale } from './scale/run.js';
import { soak } from './soak.js';
import { timeContestants } from './time-contestants.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const print = (text) => process.stdout.write(`${text}\n`);
const log = (line) => process.stderr.write(`${line}\n`);

async function main() {
  if (process.argv.includes('--scale')) return runScale(process.argv.slice(2));
  const options = parseOptions(process.argv.slice(2), { cases, contestants: contestantNames });
  if (options.help) return print(options.help);
  const root = resolve(options.gateway ?? `${folder}/..`);
  if (!existsSync(`${root}/dist/src`)) throw new Error(`no build of the gateway in ${root}: npm run build`);
  execFileSync(`${folder}/node_modules/.bin/tsc`, ['-p', 'contestants/stock'], { cwd: folder, stdio: 'inherit' });

  const contestants = await createContestants({
    root,
    baseline: options.baseline && resolve(options.baseline),
    names: options.soak || options.mix ? ['gateway'] : options.contestants,
  });
  const isSearchable = cases.some(({ name, needsSearchIndex }) => needsSearchIndex && options.cases.includes(name));
  const load = startLoad();
  const measured = [];
  let postgres;
  for (const runs of options.runs) {
    const databaseUrl = await prepareDatabase({ serverUrl, root, runs, isSearchable, log });
    const backends = await watchBackends(databaseUrl);
    postgres = backends.version;
    const parts = { runs, databaseUrl, backends, load, print, log, sample: await createSample(databaseUrl, runs) };
    if (options.soak)
      measured.push({ runs, series: await soak({ ...parts, gateway: contestants[0], count: options.soak }) });
    else if (options.mix)
      measured.push(
        ...(await measureMix({ ...parts, gateway: contestants[0], rates: options.mix, seconds: options.seconds })),
      );
    else measured.push(...(await timeContestants({ ...parts, contestants, options })));
    await backends.close();
  }
  load.stop();
  const machine = describeMachine(postgres);
  const who = contestants.map(({ name, title }) => `- ${name}: ${title}`).join('\n');
  print([toAliasGain(measured), who, machine].filter(Boolean).join('\n\n'));
  if (options.json) writeFileSync(options.json, JSON.stringify({ machine, measured }, null, 2));
}

main().catch((error) => {
  log(error.message);
  process.exit(1);
});
