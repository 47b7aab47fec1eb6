// The compressed scripts and style sheets that each page loads initially, without Monaco, which makes up most of
// GraphiQL.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const maxBytes = 350 * 1024;
const pages = join(import.meta.dirname, '..', '..', 'src', 'pages');

describe('the bundle', () => {
  let chunks;

  before(async () => {
    const { output } = await build({
      root: pages,
      configFile: join(pages, 'vite.config.js'),
      configLoader: 'native',
      build: { write: false, rolldownOptions: { external: /^monaco-/ } },
    });
    chunks = new Map(output.map((file) => [file.fileName, file]));
  });

  for (const name of ['graphiql', 'runs', 'reference']) {
    it(`takes for ${name}, without Monaco, less than ${maxBytes} bytes`, (t) => {
      const page = [...chunks.values()].find((chunk) => chunk.isEntry && chunk.name === name);
      const files = new Set([page.fileName]);
      for (const file of files) {
        const { imports = [], viteMetadata } = chunks.get(file);
        for (const each of [...imports, ...(viteMetadata?.importedCss ?? [])]) if (chunks.has(each)) files.add(each);
      }
      const sizeOf = (file) => gzipSync(chunks.get(file).code ?? chunks.get(file).source, { level: 9 }).length;
      const bytes = [...files].reduce((sum, file) => sum + sizeOf(file), 0);
      t.diagnostic(`${name}: ${Math.round(bytes / 1024)} KB in ${files.size} files`);
      assert.ok(bytes < maxBytes, `${bytes} bytes`);
      const isMonacoUsed = [...files].some((file) =>
        (chunks.get(file).imports ?? []).some((item) => /^monaco-/.test(item)),
      );
      assert.equal(isMonacoUsed, name === 'graphiql');
    });
  }
});
