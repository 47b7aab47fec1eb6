// Purges of a project, one after the other, some of which are killed.

import { spawnProgram } from '../spawned-program.js';

interface PurgeOptions {
  readonly url: string;
  readonly dataDir: string;
  readonly projectId: string;
  /** The number of newest runs to keep in each task. */
  readonly keep: number;
  readonly random: () => number;
}

/** Purges until the end, and once more after it. */
export async function purgeRepeatedly(
  isOver: () => boolean,
  { url, dataDir, projectId, keep, random }: PurgeOptions,
): Promise<{ readonly purges: number; readonly kills: number; readonly code: number | null; readonly errors: string }> {
  const environment = { DATABASE_URL: url, DATA_DIR: dataDir };
  const purge = () => {
    const before = new Date().toISOString();
    const rule = ['--project', projectId, '--before', before, '--keep', `${keep}`];
    return spawnProgram(['main.js', 'purge', ...rule, '--batch', '3', '--pause', '0.1', '--yes'], environment);
  };
  let purges = 0;
  let kills = 0;
  while (!isOver()) {
    purges += 1;
    const program = purge();
    const kill = random() < 0.5 ? setTimeout(() => program.kill('SIGKILL'), 1000 + 2000 * random()) : undefined;
    const { signal } = await program.ended;
    clearTimeout(kill);
    if (signal === 'SIGKILL') kills += 1;
  }
  const { code, errors } = await purge().ended;
  return { purges, kills, code, errors };
}
