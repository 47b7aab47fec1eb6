import { readFile } from 'node:fs/promises';

/**
 * Identifies a process by id and start time, because containers reuse the same few ids at every start. If the system
 * does not report the start time, the id has to suffice.
 */
export async function processStamp(pid: number): Promise<string> {
  return `${pid} ${await startTime(pid)}`;
}

/** Returns whether the process with this stamp is still running. */
export async function isSameProcess(stamp: string): Promise<boolean> {
  const pid = Number.parseInt(stamp, 10);
  return isRunning(pid) && stamp === (await processStamp(pid));
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Returns the number of clock ticks between the start of the machine and the start of the process, on Linux
 * (proc_pid_stat(5), field 22).
 */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A killed process keeps its id until its parent reaps it.
  return state === 'Z' ? 'ended' : (fields[18] ?? '');
}
