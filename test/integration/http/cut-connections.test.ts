import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { type CutConnections, createCutConnections, heldBy, kinds } from '../../support/cut-connections.js';
import { eventually } from '../../support/eventually.js';
import { amount, seed } from '../../support/generated.js';
import { useOwnGateway } from '../../support/start-gateway.js';

/** Connections for the test's own requests, which stay open for a while. */
const ownConnections = 4;
/** How often each kind of response is cut at each moment. */
const repetitions = amount(1, 3);
const cuts = amount(200, 1000);

describe('a connection that is cut', () => {
  const gateway = useOwnGateway();
  let connections: CutConnections;
  beforeAll(async () => {
    connections = createCutConnections(Number(new URL(gateway.url).port), await gateway.tokenFor(demoSubjects.viewer));
  });

  const expectNothingHeld = () =>
    eventually(async () => {
      const held = await heldBy(gateway);
      expect(held).toMatchObject({ files: 0, memory: 0, streams: 0 });
      expect(held.connections).toBeLessThanOrEqual(ownConnections);
    });
  const loggedIds = async () => {
    const lines = await gateway.logLines();
    return lines.filter(({ msg }) => msg === 'request').map(({ reqId }) => String(reqId));
  };

  describe.each(['before its turn', 'during its turn', 'after its turn'] as const)('%s', (moment) => {
    it.each(Object.keys(kinds))(
      'leaves nothing of a pipelined response behind, and one log line each: %s',
      async (name) => {
        const ids = new Set<string>();
        for (let count = 0; count < repetitions; count += 1) {
          for (const id of await connections.cut(kinds[name]!, moment)) ids.add(id);
        }
        await expectNothingHeld();
        await eventually(async () => {
          const logged = (await loggedIds()).filter((id) => ids.has(id));
          expect(logged.sort()).toEqual([...ids].sort());
        });
      },
    );
  });

  it('gives back the places of its exports', async () => {
    for (let count = 0; count < 5; count += 1) await connections.cut(kinds.export!, 'before its turn');
    await expectNothingHeld();
    const token = await gateway.tokenFor(demoSubjects.viewer);
    const headers = { authorization: `Bearer ${token}` };
    const responses = await Promise.all(
      [1, 2, 3, 4].map(() => fetch(`${gateway.url}${kinds.export!.target}`, { headers })),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await Promise.all(responses.map((response) => response.text()));
  });

  it(`leaves nothing behind at a random byte of random requests, ${cuts} times from seed ${seed}`, async () => {
    const random = createRandom(seededSource(seed));
    for (let round = 0; round < cuts / 20; round += 1) {
      await Promise.all(Array.from({ length: 20 }, () => connections.cutAtRandom(random)));
    }
    await expectNothingHeld();
  });
});
