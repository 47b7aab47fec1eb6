import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isSameProcess, processStamp } from '../../../src/database/embedded/process-stamp.js';

describe('the stamp of a process', () => {
  it('matches while the process runs, and no longer once it was killed', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const stamp = await processStamp(child.pid!);
    expect(await isSameProcess(stamp)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isSameProcess(stamp)).toBe(false);
  });

  it('distinguishes processes of the same number by their start, where the system provides it', async () => {
    const stamp = await processStamp(process.pid);
    expect(stamp).toMatch(process.platform === 'linux' ? /^\d+ \d+$/ : /^\d+ $/);
    expect(await isSameProcess(`${stamp}1`)).toBe(false);
  });

  it.each(['', 'released', '0', '-1 5'])('matches no process when it reads %j', async (stamp) => {
    expect(await isSameProcess(stamp)).toBe(false);
  });
});
