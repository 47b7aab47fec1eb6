// Rules for all documents: their links have targets, and a test checks every code block.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { documentAt, documents, readText, root } from './documents.js';

const files = documents.map((document) => [document.path, document] as const);

/** Returns whether a file exists and has a heading with this anchor. */
function leadsSomewhere(path: string, anchor: string | undefined): boolean {
  return existsSync(join(root, path)) && (anchor === undefined || documentAt(path).anchors.has(anchor));
}

const hasMoved = (path: string) =>
  documents.some((document) => document.path === path && document.movedTo !== undefined);

describe('the README', () => {
  it('contains at most 130 lines', () => {
    expect(documentAt('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(130);
  });

  it('links to the index of the documents', () => {
    expect(documentAt('README.md').links).toContain('docs/README.md');
  });
});

describe('the index of the documents', () => {
  it('links to every document', () => {
    const { links } = documentAt('docs/README.md');
    const present = documents.filter(({ path, movedTo }) => path.startsWith('docs/') && movedTo === undefined);
    for (const { path } of present) if (path !== 'docs/README.md') expect(links).toContain(path.slice('docs/'.length));
  });
});

describe('the links and names in documents', () => {
  it.each(files)('lead, in %s, to a file and a heading in it', (path, { links }) => {
    const broken = links
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : normalize(join(dirname(path), file));
        return !leadsSomewhere(linked, anchor);
      });
    expect(broken).toEqual([]);
  });

  it.each(files)('lead, in %s, to no page that has moved', (path, { links }) => {
    expect(links.filter((target) => hasMoved(normalize(join(dirname(path), target.split('#')[0]!))))).toEqual([]);
  });

  it.each(files)('name, in %s, existing files', (_path, { codes }) => {
    const named = codes.filter((code) => /^(src|test|docs|bench|examples)\/[\w./-]+$/.test(code));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the documents that programs, their configuration and their messages name', () => {
  it.each(['src', 'deploy', 'bench', 'docs/generator'])('exist, in %s, with their headings', (folder) => {
    const named = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .filter(({ name }) => /\.(ts|tsx|js|mjs|json|yaml|yml|cfg|conf|service)$|^Caddyfile$/.test(name))
      .flatMap(
        ({ parentPath, name }) =>
          readFileSync(join(parentPath, name), 'utf8').match(/docs\/[\w-]+\.md(#[\w-]+)?/g) ?? [],
      );
    expect(named.length).toBeGreaterThan(0);
    const broken = named.filter((target) => {
      const [path, anchor] = target.split('#');
      return !leadsSomewhere(path!, anchor) || hasMoved(path!);
    });
    expect(broken).toEqual([]);
  });
});

describe('the code blocks of documents', () => {
  it.each(files)('fall, in %s, under a test', (_path, { blocks }) => {
    const tests = [
      'test/clickhouse',
      'test/duckdb',
      'test/federation',
      'test/docs',
      'test/first-run',
      'test/balancers',
      'test/image',
      'test/prometheus',
      'test/integration/access',
      'test/slow',
    ]
      .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
      .filter((name) => name.endsWith('.test.ts'))
      .map(readText)
      .join();
    const unchecked = blocks.filter(({ language, marker }) =>
      marker === undefined ? language !== 'graphql' : !tests.includes(`'${marker}'`),
    );
    expect(unchecked).toEqual([]);
  });
});

describe('the npx commands of documents', () => {
  it.each(files)('name, in %s, the versions of packages that are not in this one', (_path, { blocks, codes }) => {
    const tools = [...blocks.map(({ text }) => text), ...codes]
      .flatMap((text) => [...text.matchAll(/\bnpx (?:-\S+ )*(\S+)/g)].map(([, tool]) => tool!))
      .filter((tool) => !['task-run-gateway', 'biome'].includes(tool));
    expect(tools.filter((tool) => !/.@\d+\.\d+\.\d+$/.test(tool))).toEqual([]);
  });
});

describe('the changelog', () => {
  it('dates its releases, and lists the differences that compare finds', () => {
    const releases = [...readText('CHANGELOG.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(releases[0]).toBe('[Unreleased]');
    for (const heading of releases.slice(1)) expect(heading).toMatch(/^\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
    expect(documentAt('CHANGELOG.md').headings).toContain('Changes to compare');
  });
});

describe('the decisions', () => {
  it('name a date, context, choice, rejected alternatives, the consequence, and measurements if any', () => {
    const entries = documentAt('docs/decisions.md').text.split(/^### /m).slice(1);
    expect(entries.length).toBeGreaterThan(20);
    for (const entry of entries) {
      // Long items continue in indented lines.
      const [title, ...members] = entry.replaceAll('\n  ', ' ').split(/\n+/).filter(Boolean);
      const names = members.filter((line) => line.startsWith('- ')).map((line) => /^- (\w+): \S/.exec(line)?.[1]);
      const required = names.filter((name, index) => index < 5 || name !== 'Measured');
      expect([title, required]).toEqual([title, ['Date', 'Context', 'Choice', 'Rejected', 'Consequence']]);
      expect(members[0]).toMatch(/^- Date: \d{4}-\d\d-\d\d$/);
    }
  });
});
