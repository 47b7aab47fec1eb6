// The image of deploy/Dockerfile, built with its own steps in an empty folder, and run as its user with the memory
// limit in deploy/kubernetes.yaml. Also tests the Compose recipe in docs/operating.md, with a shell function instead of
// Docker, and examples/issuer instead of Ory Hydra.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { block, readText, root } from '../docs/documents.js';
import { type BuiltImage, buildImage, canRunImages, innerPidOf } from '../support/built-image.js';
import { databaseKind } from '../support/databases.js';
import { compose, containerOf } from '../support/deploy-files.js';
import { freePort } from '../support/free-port.js';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { killGroup, peakMemoryMb } from '../support/process-tree.js';
import type { SpawnedProgram } from '../support/spawned-program.js';

const run = promisify(execFile);
const title = 'the image of deploy/Dockerfile';
const memoryLimitMb = 1024;
/** The share of the limit that V8 uses by default in a container. */
const withHalfForTheHeap = { NODE_OPTIONS: `--max-old-space-size=${memoryLimitMb / 2}` };

(canRunImages ? describe : describe.skip)(canRunImages ? title : `${title} (skipped: only root may do that)`, () => {
  let folder: string;
  let image: BuiltImage;
  const started: SpawnedProgram[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-image-'));
    await chmod(folder, 0o755);
    image = await buildImage(folder, { EMBEDDED: databaseKind === 'embedded' ? 'on' : 'off' });
  }, 300_000);
  afterEach(async () => {
    for (const program of started.splice(0)) {
      // Also ends the inner process, which belongs to another user and does not end with its parent.
      killGroup(program.pid);
      await program.ended;
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Creates a data folder with the owner and mode of a new volume of the image. */
  async function emptyDataDir(): Promise<string> {
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-image-data-'));
    await chown(dataDir, 1000, 1000);
    return dataDir;
  }
  function start(args: readonly string[], environment: Readonly<Record<string, string>>): SpawnedProgram {
    const program = image.start(args, { ...withHalfForTheHeap, ...environment });
    started.push(program);
    return program;
  }

  it('contains dist, production packages and their list, and nothing else', async () => {
    const app = join(image.folder, 'app');
    expect((await readdir(app)).sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json', 'sbom.cdx.json']);
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(readText('package.json'));
    const { packages } = JSON.parse(readText('package-lock.json'));
    const installed = await readdir(join(app, 'node_modules'), { recursive: false });
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const scope = name.split('/')[0]!;
      const isLeftOut = scope === '@electric-sql' && databaseKind !== 'embedded';
      expect([scope, installed.includes(scope)]).toEqual([scope, !isLeftOut]);
    }
    const development = Object.keys(devDependencies).filter((name) => packages[`node_modules/${name}`].dev);
    expect(development).toEqual(expect.arrayContaining(['typescript', 'jest', 'vite']));
    expect(development.filter((name) => installed.includes(name))).toEqual([]);
    const { components } = JSON.parse(await readFile(join(app, 'sbom.cdx.json'), 'utf8'));
    const hidden = JSON.parse(await readFile(join(app, 'node_modules/.package-lock.json'), 'utf8'));
    const present = Object.keys(hidden.packages).filter((path) => existsSync(join(app, path)));
    const names = present.map((path) => path.split('node_modules/').at(-1)!);
    expect(new Set(components.map(({ name }: { name: string }) => name))).toEqual(new Set(names));
    expect(kubernetesLimitMb()).toBe(memoryLimitMb);
  });

  it('prints its help', async () => {
    const { code, output } = await image.start(['--help']).ended;
    expect([code, output]).toEqual([0, expect.stringContaining('Usage: task-run-gateway')]);
  });

  it('fails to start without a database and issuers, and names what is missing', async () => {
    const { code, errors } = await image.start([]).ended;
    expect([code, errors]).toEqual([1, expect.stringContaining('HOST is not a loopback address')]);
  });

  describe('on its database', () => {
    let database: OwnDatabase | undefined;
    let dataDir: string;
    let issuer: ChildProcess | undefined;
    const ports = { gateway: 0, issuer: 0 };
    const adapted = (text: string) =>
      text
        .replaceAll('127.0.0.1:4000', `127.0.0.1:${ports.gateway}`)
        .replaceAll('127.0.0.1:4444', `127.0.0.1:${ports.issuer}`);
    let environment: Record<string, string>;
    beforeAll(async () => {
      dataDir = await emptyDataDir();
      ports.gateway = await freePort();
      ports.issuer = await freePort();
      environment = { DATA_DIR: dataDir, PORT: `${ports.gateway}`, SHUTDOWN_DELAY_MS: '3000' };
      if (databaseKind === 'embedded') environment.DEMO = 'on';
      else {
        database = await createEmptyDatabase();
        const { AUTH_ISSUERS, PUBLIC_URL } = compose.services.gateway!.environment;
        environment.DATABASE_URL = database.url;
        environment.AUTH_ISSUERS = adapted(AUTH_ISSUERS!);
        environment.PUBLIC_URL = adapted(PUBLIC_URL!);
        const env = { ...process.env, ISSUER_PORT: `${ports.issuer}` };
        issuer = spawn(process.execPath, [join(root, 'examples/issuer/server.js')], { env });
      }
    });
    afterAll(async () => {
      issuer?.kill();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    });

    it('starts, is healthy while it is ready and only then, and ends by SIGTERM with 0', async () => {
      if (databaseKind === 'postgres') expect(await start(['migrate'], environment).ended).toMatchObject({ code: 0 });
      expect(await image.checkHealth(environment)).toBe(1);
      const program = start([], environment);
      await program.line(/"listening"/);
      expect((await fetch(`http://127.0.0.1:${ports.gateway}/health/ready`)).status).toBe(200);
      expect(await image.checkHealth(environment)).toBe(0);

      const pid = await innerPidOf(program);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^NSpid:\t\d+.*\t1$/m);
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
      expect(await peakMemoryMb(pid)).toBeLessThan(memoryLimitMb);

      process.kill(pid, 'SIGTERM');
      await program.line(/"shutting down"/);
      expect(await image.checkHealth(environment)).toBe(1);
      expect(await program.ended).toMatchObject({ code: 0 });
    });

    const onServer = databaseKind === 'postgres' ? it : it.skip;
    onServer(
      'gets runs, a client and a role by the recipe for Compose',
      async () => {
        await start([], environment).line(/"listening"/);
        // Runs commands for the gateway's container in the image instead. The containers are already running.
        const standIn = `docker() {
        case "$*" in
          'compose --file deploy/compose.yaml up '*) ;;
          'compose --file deploy/compose.yaml exec gateway node '*) shift 5; (cd '${image.folder}/app' && "$@") ;;
          *) echo "docker $*?" >&2; return 1 ;;
        esac
      }`;
        const recipe = adapted(`${block('compose-up').text}${block('compose-token').text}`);
        const { stdout } = await run('bash', ['-ec', `${standIn}\n${recipe}`], {
          env: { PATH: process.env.PATH!, ...environment },
        });
        expect(stdout).toContain('Granted viewer on organization Harbor Insurance');
        expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
          subject: 'first-client',
          organizations: expect.arrayContaining([
            expect.objectContaining({ name: 'Harbor Insurance', role: 'viewer' }),
          ]),
        });
      },
      120_000,
    );
  });
});

function kubernetesLimitMb(): number {
  const [, size, unit] = /^(\d+)([MG])i$/.exec(containerOf('Deployment').resources.limits.memory)!;
  return Number(size) * (unit === 'G' ? 1024 : 1);
}
