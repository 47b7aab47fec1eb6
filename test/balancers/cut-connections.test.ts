// A gateway behind HAProxy in TCP mode, whose connections are cut.

import { demoSubjects } from '../../src/demo/data/demo-places.js';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { type CutConnections, createCutConnections, heldBy, kinds } from '../support/cut-connections.js';
import { eventually } from '../support/eventually.js';
import { seed } from '../support/generated.js';
import { type Balancer, startBalancer } from '../support/replicas/haproxy.js';
import { useOwnGateway } from '../support/start-gateway.js';

/** Connections for the test's own requests and HAProxy's checks, which stay open for a while. */
const ownConnections = 10;

describe('a connection through HAProxy that is cut', () => {
  const gateway = useOwnGateway();
  let balancer: Balancer;
  let connections: CutConnections;
  beforeAll(async () => {
    const port = Number(new URL(gateway.url).port);
    // All three servers in the configuration are the same gateway.
    const ports = [port, port, port];
    balancer = await startBalancer({ mode: 'tcp', onFailure: 'nothing', markingDown: '', checkIntervalMs: 200, ports });
    const token = await gateway.tokenFor(demoSubjects.viewer);
    connections = createCutConnections(Number(new URL(balancer.url).port), token);
  });
  afterAll(() => balancer?.close());

  const expectNothingHeld = () =>
    eventually(async () => {
      const held = await heldBy(gateway);
      expect(held).toMatchObject({ files: 0, memory: 0, streams: 0 });
      expect(held.connections).toBeLessThanOrEqual(ownConnections);
    });

  it.each(['before its turn', 'during its turn', 'after its turn'] as const)(
    'leaves nothing of pipelined files behind: %s',
    async (moment) => {
      for (let count = 0; count < 10; count += 1) await connections.cut(kinds.asset!, moment);
      await expectNothingHeld();
    },
  );

  it(`leaves nothing behind at a random byte of random requests, 400 times from seed ${seed}`, async () => {
    const random = createRandom(seededSource(seed));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 20 }, () => connections.cutAtRandom(random)));
    }
    await expectNothingHeld();
  });
});
