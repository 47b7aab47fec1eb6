// Style sheets of pages that follow one another in a single document. Each remains when the next page is shown.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const pages = join(import.meta.dirname, '..', '..', '..', 'src', 'pages');

it('a class has its own rules in only one style sheet', () => {
  const sheets = readdirSync(pages, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(runs|shared)\/.*\.css$/.test(name),
  );
  const owners = new Map<string, Set<string>>();
  for (const sheet of sheets) {
    const rules = readFileSync(join(pages, sheet), 'utf8').replace(/\/\*.*?\*\//gs, '');
    for (const [, selectors = ''] of rules.matchAll(/([^{}]+)\{/g)) {
      for (const selector of selectors.split(',').map((part) => part.trim())) {
        if (/^\.[\w-]+$/.test(selector)) owners.set(selector, (owners.get(selector) ?? new Set()).add(sheet));
      }
    }
  }
  expect(owners.size).toBeGreaterThan(100);
  expect([...owners].filter(([, { size }]) => size > 1).map(([name, found]) => [name, ...found])).toEqual([]);
});
