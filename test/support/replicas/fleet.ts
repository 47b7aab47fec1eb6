// Gateways with a common PostgreSQL, each in a separate process that can be replaced.

import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { dist, type SpawnedProgram, spawnProgram } from '../spawned-program.js';

export interface Fleet {
  readonly ports: readonly number[];
  /**
   * Ends the gateways one after the other with SIGTERM, and starts each again from this folder. Resolves when all are
   * ready.
   */
  roll(programs?: string): Promise<void>;
  /** Ends the first gateway with SIGKILL. Resolves when the process has exited. */
  kill(): Promise<void>;
  /** Starts the first gateway again. Resolves when it is ready. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

export async function startFleet(size: number, environment: Readonly<Record<string, string>>): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const replicas: SpawnedProgram[] = [];
  const start = async (index: number, programs = dist) => {
    const program = spawnProgram([join(programs, 'main.js')], { ...environment, PORT: `${ports[index]}` });
    replicas[index] = program;
    await program.line(/"listening"/);
    await eventually(async () => {
      expect((await fetch(`http://127.0.0.1:${ports[index]}/health/ready`)).status).toBe(200);
    });
  };
  await Promise.all(ports.map((_, index) => start(index)));
  return {
    ports,
    async roll(programs) {
      for (const [index, replica] of replicas.entries()) {
        replica.kill('SIGTERM');
        expect(await replica.ended).toMatchObject({ code: 0, errors: '' });
        await start(index, programs);
      }
    },
    async kill() {
      replicas[0]!.kill('SIGKILL');
      await replicas[0]!.ended;
    },
    revive: () => start(0),
    async close() {
      for (const replica of replicas) replica.kill('SIGKILL');
      await Promise.all(replicas.map(({ ended }) => ended));
    },
  };
}
