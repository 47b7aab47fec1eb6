import { relative } from 'node:path';

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1).padStart(6)} s`;

/** Prints at the end how long all test files took together, and which ten took longest. */
export default class SlowestFilesReporter {
  onRunComplete(_contexts, { testResults }) {
    const files = testResults
      .map(({ testFilePath, perfStats }) => ({
        path: relative('', testFilePath),
        took: perfStats.end - perfStats.start,
      }))
      .sort((one, other) => other.took - one.took);
    const total = files.reduce((sum, { took }) => sum + took, 0);
    const lines = files.slice(0, 10).map(({ path, took }) => `${seconds(took)}  ${path}`);
    process.stderr.write(
      ['', 'Slowest test files:', ...lines, `${seconds(total)}  in all ${files.length} files`, ''].join('\n'),
    );
  }
}
