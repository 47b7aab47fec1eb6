// Reads figures of processes from /proc on Linux.

import { readFileSync, writeFileSync } from 'node:fs';

/** The kernel's unit of CPU time in /proc, on every Linux that Node supports. */
const ticksPerSecond = 100;

/** Returns the CPU seconds of a process with all its threads, or 0 after it has exited. */
export function processSeconds(pid) {
  return readSeconds(`/proc/${pid}/stat`);
}

/** Returns the CPU seconds of only its main thread. */
export function mainThreadSeconds(pid) {
  return readSeconds(`/proc/${pid}/task/${pid}/stat`);
}

/** @returns {{ user: number, system: number }} */
function readSeconds(path) {
  try {
    const fields = readFileSync(path, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return { user: Number(fields[11]) / ticksPerSecond, system: Number(fields[12]) / ticksPerSecond };
  } catch {
    return { user: 0, system: 0 };
  }
}

/** @returns {{ user: number, system: number }} the seconds used between two readings */
export function secondsBetween(before, after) {
  return { user: after.user - before.user, system: after.system - before.system };
}

/** Returns the CPU seconds of the whole machine. */
export function machineCpuSeconds() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** @returns {{ now: number, peak: number }} resident memory in MB */
export function residentMegabytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** Resets the peak to the memory that is currently resident. */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
