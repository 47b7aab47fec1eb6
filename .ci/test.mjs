// Runs `npm test`, or the named parts of the tests with the options of Jest that are given. Test files that fail are repeated as
// repeat-failed.mjs says. Those that pass then are added to the file that FLAKY names.

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { passWhenRepeated } from './repeat-failed.mjs';

const given = process.argv.slice(2);
const command = given.length === 0 ? ['test', '--'] : ['run', 'test:only', '--', ...given];
const run = (...options) => spawnSync('npm', [...command, ...options], { stdio: 'inherit' }).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'gateway-results-'));
const outputFile = join(folder, 'results.json');
try {
  if (!run('--json', `--outputFile=${outputFile}`)) {
    const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('', name));
    const isFlaky = failed.length > 0 && (await passWhenRepeated(failed, (file) => run('--runTestsByPath', file)));
    if (isFlaky) for (const file of failed) appendFileSync(process.env.FLAKY, `FLAKY ${file}\n`);
    else process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
