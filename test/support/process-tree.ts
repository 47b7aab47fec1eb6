import { readFile } from 'node:fs/promises';

/** Returns a process and all its descendants, according to Linux. */
export async function processTree(pid: number): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  return [pid, ...(await Promise.all(children.map((child) => processTree(Number(child))))).flat()];
}

/** Returns the peak memory of a process, in MB. */
export async function peakMemoryMb(pid: number): Promise<number> {
  const [, peakKb] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))!;
  return Number(peakKb) / 1024;
}

/** Ends a process group, and ignores one that has already ended. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
