// Runs the test files for the pages, or only the named ones, with the Jest options that .ci/test.mjs uses.

import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { createDemoFolder } from './gateway.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, outputFile: { type: 'string' }, runTestsByPath: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = relative('', import.meta.dirname);
const all = (await readdir(folder)).filter((name) => name.endsWith('.browser.mjs')).map((name) => join(folder, name));
const files = positionals.length > 0 ? positionals : all;

const demo = await createDemoFolder();
process.env.DEMO_FOLDER = demo.path;
const failed = new Set();
const waiting = [...files];
try {
  // One more than the number of CPUs in a small machine, because pages also wait.
  await Promise.all([runFiles(), runFiles(), runFiles()]);
} finally {
  await demo.remove();
}
if (failed.size > 0) process.exitCode = 1;
if (values.outputFile !== undefined) {
  const testResults = [...failed].map((name) => ({ name, status: 'failed' }));
  await writeFile(values.outputFile, JSON.stringify({ testResults }));
}

/** Runs each file separately, because a failure names the module that defines its test, which may be a helper. */
async function runFiles() {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const events = run({ files: [file] }).on('test:fail', () => failed.add(file));
    let output = '';
    for await (const text of events.compose(new spec())) output += text;
    process.stdout.write(output);
  }
}
