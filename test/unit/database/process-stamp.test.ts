import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isSameProcess, processStamp } from '../../../src/database/embedded/process-stamp.js';

describe('the stamp of a process', () => {
  it('is recognized while the process runs, and no longer when it was killed', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const stamp = await processStamp(child.pid!);
    expect(await isSameProcess(stamp)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isSameProcess(stamp)).toBe(false);
  });

  it('tells processes of the same number apart by when they started, where the system says so', async () => {
    const stamp = await processStamp(process.pid);
    expect(stamp).toMatch(process.platform === 'linux' ? /^\d+ \d+$/ : /^\d+ $/);
    expect(await isSameProcess(`${stamp}1`)).toBe(false);
  });

  it.each(['', 'released', '0', '-1 5'])('is not that of any process when it reads %j', async (stamp) => {
    expect(await isSameProcess(stamp)).toBe(false);
  });
});
