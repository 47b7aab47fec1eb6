// Files of issuers and keys that are replaced while they are watched, in the ways of editors, Kubernetes and people.

import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createReload } from '../../../src/commands/start/reload.js';
import { inspectConfig } from '../../../src/config/config.js';
import { readDocumentLists } from '../../../src/trusted-documents/read-lists.js';
import { eventually } from '../../support/eventually.js';
import { createTestKey } from '../../support/token-forge.js';

let folder: string;
let stop = () => {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reload-'));
});
afterEach(async () => {
  stop();
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const keys = (id: string) => JSON.stringify({ keys: [createTestKey(id).jwk] });
const listOf = (...names: string[]) =>
  JSON.stringify(names.map((name) => ({ issuer: name, jwks: pathToFileURL(at(`${name}.json`)).href })));

/** Watches the files that the environment specifies. */
function watch(environment: Record<string, string>, watchIntervalMs = 20) {
  const inspect = () => inspectConfig({ environment });
  const replaced: string[][] = [];
  const trusted: string[] = [];
  const faults: string[] = [];
  const reports: string[] = [];
  const reopened: number[] = [];
  const counts = { reads: 0 };
  const { reload, ...rest } = createReload({
    config: inspect().config,
    reread: () => {
      counts.reads += 1;
      return inspect();
    },
    app: {
      replaceIssuers: async (issuers) => {
        replaced.push(issuers.map(({ issuer }) => issuer));
        return { added: [], removed: [], changed: [], newKeys: [] };
      },
      async reopenAuditLog() {
        reopened.push(reports.length);
      },
      trustedLists: {
        paths: inspect().config.trustedDocuments.paths,
        load: async (settings) => ({ ...(await readDocumentLists(settings.paths)), documents: [], settings }),
        replace: ({ settings }) => trusted.push(settings.mode),
      },
    },
    log: {
      info: (_change: object, text: string) => reports.push(text),
      error: ({ fault }: { fault: string }) => faults.push(fault),
    } as never,
    watchIntervalMs,
  });
  stop = rest.stop;
  return { reload, replaced, trusted, faults, reports, reopened, counts, environment };
}

/** Checks for changes at intervals, according to the file system's clock. */
async function until(holds: () => boolean): Promise<void> {
  await eventually(async () => expect(holds()).toBe(true));
}

describe('the watch on files', () => {
  it('reads a file of issuers again when another is renamed to it', async () => {
    await writeFile(at('a.json'), keys('a'));
    await writeFile(at('b.json'), keys('b'));
    await writeFile(at('issuers'), listOf('a'));
    const { replaced } = watch({ AUTH_ISSUERS_FILE: at('issuers') });
    for (const names of [['a', 'b'], ['b']]) {
      await writeFile(at('new'), listOf(...names));
      await rename(at('new'), at('issuers'));
      await until(() => replaced.at(-1)?.join() === names.join());
    }
  });

  it('reads a file of keys again when a link that leads to it is swapped, as Kubernetes does it', async () => {
    for (const version of ['1', '2', '3']) {
      await mkdir(at(version));
      await writeFile(join(at(version), 'a.json'), keys(version));
    }
    await symlink('1', at('data'));
    await symlink(join('data', 'a.json'), at('a.json'));
    const { replaced } = watch({ AUTH_ISSUERS: listOf('a') });
    for (const version of ['2', '3']) {
      const before = replaced.length;
      await symlink(version, at('swap'));
      await rename(at('swap'), at('data'));
      await until(() => replaced.length > before);
    }
  });

  it('keeps the old issuers while their file is invalid, reports all faults, and takes the file once it is valid again', async () => {
    await writeFile(at('a.json'), keys('a'));
    await writeFile(at('issuers'), listOf('a'));
    const { replaced, faults, environment } = watch({ AUTH_ISSUERS_FILE: at('issuers') });
    environment.DEMO = 'yes';
    await writeFile(at('issuers'), '[{"issuer": "hunter2');
    await until(() => faults.length >= 2);
    expect(faults.slice(0, 2).sort()).toEqual(['AUTH_ISSUERS_FILE is not JSON.', 'DEMO must be on, or unset.']);
    delete environment.DEMO;
    // The keys of an issuer that is not trusted yet.
    await writeFile(at('b.json'), '{');
    await writeFile(at('issuers'), listOf('a', 'b'));
    await until(() => faults.includes('The keys of b cannot be used: The key set is not JSON.'));
    expect(replaced).toEqual([]);
    await writeFile(at('b.json'), keys('b'));
    await until(() => replaced.length > 0);
    expect(replaced[0]).toEqual(['a', 'b']);
  });

  it('reads documents again when a file is added to their folder, and keeps the old ones while one is invalid', async () => {
    await mkdir(at('documents'));
    await writeFile(at('a.json'), keys('a'));
    const environment = { AUTH_ISSUERS: listOf('a'), TRUSTED_DOCUMENTS: at('documents') };
    const { replaced, trusted, faults } = watch(environment);
    await writeFile(at('documents/broken.json'), '{');
    await until(() => faults.includes(`${at('documents/broken.json')} is not JSON.`));
    expect([replaced, trusted]).toEqual([[], []]);
    await writeFile(at('documents/broken.json'), '{}');
    await until(() => trusted.length > 0);
    expect(replaced[0]).toEqual(['a']);
  });

  it('reports a file once that a signal had read before its change was noticed', async () => {
    for (const name of ['a', 'b']) await writeFile(at(`${name}.json`), keys(name));
    await writeFile(at('issuers'), listOf('a'));
    await mkdir(at('documents'));
    const environment = { AUTH_ISSUERS_FILE: at('issuers'), TRUSTED_DOCUMENTS: at('documents') };
    const { reload, replaced, faults, reports } = watch(environment, 3_600_000);
    /** Triggers the existing watch on the path. */
    const emitFileChange = () => watchFile(at('issuers'), () => {}).emit('change');
    await writeFile(at('issuers'), listOf('a', 'b'));
    await reload();
    emitFileChange();
    await until(() => replaced.length > 1);
    // A reload by signal is reported with or without changes.
    await reload();
    const report = ['trusted documents reloaded', 'issuers reloaded'];
    expect(reports).toEqual([...report, ...report]);

    await writeFile(at('issuers'), '{');
    await reload();
    emitFileChange();
    await writeFile(at('issuers'), listOf('b'));
    emitFileChange();
    await until(() => replaced.at(-1)?.join() === 'b');
    expect(faults).toEqual(['AUTH_ISSUERS_FILE is not JSON.']);
    unwatchFile(at('issuers'));
  });

  it('needs no file for a reload, which reports its own faults', async () => {
    await writeFile(at('a.json'), keys('a'));
    const { reload, replaced, faults, reopened, environment } = watch({ AUTH_ISSUERS: listOf('a') });
    environment.AUTH_ISSUERS = listOf('a', 'missing');
    await reload();
    // The audit log does not depend on the issuers.
    expect(reopened).toHaveLength(1);
    expect(faults).toEqual([`The keys of missing cannot be used: ${at('missing.json')} does not exist.`]);
    delete environment.AUTH_ISSUERS;
    await reload();
    expect(faults.at(-1)).toBe('Changing DEMO requires a restart.');
    environment.AUTH_ISSUERS = listOf('a');
    // Together these cause one reload, and another for requests made in the meantime.
    await Promise.all([reload(), reload(), reload()]);
    expect(replaced).toEqual([['a'], ['a']]);
  });
});
