// The contents of an image, without a container engine: runs the steps of deploy/Dockerfile, with a folder as the root
// of each stage. Programs run in it as the image's user, without privileges, as the first process of a new namespace.

import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readText, root } from '../docs/documents.js';
import { commandIn, copyIn, environmentOf, parseDockerfile, type Stage, textsOf } from './dockerfile.js';
import { type SpawnedProgram, spawnProgram } from './spawned-program.js';

const run = promisify(execFile);
const namespaces = ['unshare', '--pid', '--fork', '--mount-proc'];

/** Only root may create namespaces, and not in every container. */
export const canRunImages = spawnSync(namespaces[0]!, [...namespaces.slice(1), 'true']).status === 0;

export interface BuiltImage {
  /** The image's root folder. */
  readonly folder: string;
  /** Starts a process in the image: by default its ENTRYPOINT, with these arguments. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): SpawnedProgram;
  /** Returns the exit code of the image's HEALTHCHECK. */
  checkHealth(environment: Readonly<Record<string, string>>): Promise<number | null>;
}

/** @param buildArguments values for the Dockerfile's ARG instructions */
export async function buildImage(
  folder: string,
  buildArguments: Readonly<Record<string, string>>,
): Promise<BuiltImage> {
  const stages = parseDockerfile(readText('deploy/Dockerfile'));
  for (const stage of stages) await buildStage(stage, folder, buildArguments);
  const image = stages.at(-1)!;
  const imageRoot = rootOf(image.name, folder);
  const [workdir] = textsOf(image, 'WORKDIR');
  const [uid, gid] = textsOf(image, 'USER')[0]!.split(':');
  const user = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
  ];
  const start = (command: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    spawnProgram(
      { shell: `cd '${imageRoot}${workdir}' && exec ${[...namespaces, ...user, ...command].map(quoted).join(' ')}` },
      { ...inFolder(environmentOf(image), imageRoot), ...environment },
    );
  return {
    folder: imageRoot,
    start: (args, environment) => start([...commandIn(image, 'ENTRYPOINT'), ...args], environment),
    checkHealth: async (environment) => (await start(commandIn(image, 'HEALTHCHECK'), environment).ended).code,
  };
}

/** Returns the machine's id of the inner process. */
export async function innerPidOf({ pid }: SpawnedProgram): Promise<number> {
  return Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

async function buildStage(
  stage: Stage,
  folder: string,
  buildArguments: Readonly<Record<string, string>>,
): Promise<void> {
  const stageRoot = rootOf(stage.name, folder);
  await mkdir(stageRoot);
  let workdir = stageRoot;
  for (const { name, text } of stage.instructions) {
    if (name === 'WORKDIR') {
      workdir = join(stageRoot, text);
      await mkdir(workdir, { recursive: true });
    }
    if (name === 'COPY') await copy(text, folder, workdir);
    if (name === 'RUN') {
      // An image has no package cache. Using this machine's merely saves network traffic.
      const env = { PATH: process.env.PATH!, HOME: homedir(), npm_config_prefer_offline: 'true', ...buildArguments };
      await run('sh', ['-ec', text.replace(/(?<=\s)\/(?=\w)/g, `${stageRoot}/`)], { cwd: workdir, env });
    }
  }
}

async function copy(text: string, folder: string, workdir: string): Promise<void> {
  const { from, sources, target } = copyIn(text);
  for (const source of sources) {
    const path = from === undefined ? join(root, source) : join(rootOf(from, folder), source);
    // A file that is copied into a folder keeps its name.
    const name = target.endsWith('/') ? basename(source) : '';
    await cp(path, resolve(workdir, target, name), { recursive: true, verbatimSymlinks: true });
  }
}

const rootOf = (stage: string | undefined, folder: string) => join(folder, stage ?? 'image');

const inFolder = (environment: Readonly<Record<string, string>>, folder: string) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.startsWith('/') ? `${folder}${value}` : value]),
  );

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
