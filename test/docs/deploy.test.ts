// Compares the files in deploy/ with the gateway: its variables, paths, times and command line.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/config.js';
import { variableNames } from '../../src/config/variables.js';
import { compose, containerOf, kubernetesObject, podOf } from '../support/deploy-files.js';
import { commandIn, copyIn, environmentOf, parseDockerfile, textsOf } from '../support/dockerfile.js';
import { useGateway } from '../support/start-gateway.js';
import { block, readText, root } from './documents.js';

const { name, version, license, scripts } = JSON.parse(readText('package.json'));
const variables = new Set<string>(variableNames.flatMap((name) => [name, `${name}_FILE`]));
const stages = parseDockerfile(readText('deploy/Dockerfile'));
const image = stages.at(-1)!;
const imageEnvironment = environmentOf(image);
const gateway = useGateway();

const unknown = (names: readonly string[]) => names.filter((name) => !variables.has(name));
/** The time in docs/operating.md. */
const neededMs = ({ shutdownDelayMs, shutdownTimeoutMs }: ReturnType<typeof parseConfig>) =>
  shutdownDelayMs + shutdownTimeoutMs + 6000;

describe('deploy/Dockerfile', () => {
  it('starts from one release of the major version of development', () => {
    const tags = stages.map(({ from }) => from);
    expect(new Set(tags).size).toBe(1);
    expect(tags[0]).toMatch(new RegExp(`^node:${readText('.nvmrc').trim()}\\.\\d+\\.\\d+-\\w+-slim$`));
  });

  it('starts the gateway as docs/operating.md does without npm, as a user that is not root', () => {
    expect(commandIn(image, 'ENTRYPOINT').join(' ')).toBe(block('start-without-npm').text.trim());
    expect(textsOf(image, 'USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
  });

  it('sets variables of the configuration, and requires the demo and a database to be named', () => {
    expect(unknown(Object.keys(imageEnvironment))).toEqual([]);
    expect(() => parseConfig(imageEnvironment)).toThrow(/HOST is not a loopback address/);
    expect(Number(textsOf(image, 'EXPOSE')[0])).toBe(parseConfig({}).port);
  });

  it('names its release, its licence and the commit, and is built with them by the step of a release', () => {
    const labels = Object.fromEntries(
      textsOf(image, 'LABEL')[0]!
        .split(' ')
        .map((label) => label.split('=')),
    );
    expect(labels).toEqual({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': '$COMMIT',
      'org.opencontainers.image.licenses': license,
    });
    expect(block('release-image').text).toMatch(
      / --file deploy\/Dockerfile .* --build-arg COMMIT=\$\(git rev-parse HEAD\)/,
    );
  });

  it('copies exactly what .dockerignore allows', () => {
    const [everything, ...exceptions] = readText('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const copied = stages
      .flatMap((stage) => textsOf(stage, 'COPY').map(copyIn))
      .flatMap(({ from, sources }) => (from === undefined ? sources : []));
    expect([...new Set(copied)].sort()).toEqual(exceptions.map((line) => line.replace(/^!/, '')).sort());
  });
});

describe('deploy/compose.yaml', () => {
  const { services, volumes } = compose;
  const gatewayServices = Object.values(services).filter((service) => service.image.startsWith('task-run-gateway:'));
  const started = gatewayServices.filter(({ entrypoint }) => entrypoint === undefined);
  const { environment, stop_grace_period, ports } = services.gateway!;
  const config = parseConfig({ ...imageEnvironment, ...environment });

  it('sets variables of the configuration to valid values', () => {
    expect(started).toHaveLength(2);
    expect(unknown(started.flatMap((service) => Object.keys(service.environment)))).toEqual([]);
    expect(config.demo).toBe(false);
  });

  it('names images by their release, the gateway by that of the package', () => {
    for (const service of Object.values(services)) expect(service.image).toMatch(/^[\w/-]+:v?\d+\.\d+/);
    for (const service of gatewayServices) expect(service.image).toBe(`task-run-gateway:${version}`);
  });

  it('runs existing commands of the program', () => {
    for (const { command = [] } of started) for (const name of command) expect(scripts).toHaveProperty(name);
  });

  it('waits for services until they are ready, for one-shots until they have ended', () => {
    const oneShots = ['migrate', 'hydra-migrate'];
    for (const { depends_on = {} } of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const expected = oneShots.includes(name)
          ? 'service_completed_successfully'
          : services[name]!.healthcheck
            ? 'service_healthy'
            : 'service_started';
        expect([name, condition]).toEqual([name, expected]);
      }
    }
    expect(Object.keys(services.gateway!.depends_on!)).toEqual(['migrate']);
  });

  it('publishes ports to this machine only, and the administration of Hydra to none', () => {
    const published = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(published).toEqual(ports);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:(4000:4000|4444:4444)$/);
    expect(services.hydra!.environment.SERVE_ADMIN_HOST).toBe('127.0.0.1');
  });

  it('runs Hydra, and the creation of its client, on the loopback of the gateway, which trusts it', () => {
    expect(services.hydra!.network_mode).toBe('service:gateway');
    expect(services['create-client']!.network_mode).toBe('service:gateway');
    const { URLS_SELF_ISSUER, STRATEGIES_ACCESS_TOKEN } = services.hydra!.environment;
    expect(STRATEGIES_ACCESS_TOKEN).toBe('jwt');
    expect(config.issuers).toMatchObject([
      { issuer: URLS_SELF_ISSUER, audience: services['create-client']!.environment.CLIENT_AUDIENCE },
    ]);
  });

  it('keeps data in volumes that it declares, and ends the gateway after it has shut down', () => {
    const used = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect(used.filter((item) => !item.startsWith('.')).map((item) => item.split(':')[0])).toEqual(
      Object.keys(volumes),
    );
    expect(services.gateway!.volumes).toEqual([`data:${imageEnvironment.DATA_DIR}`]);
    expect(Number.parseInt(stop_grace_period!, 10) * 1000).toBeGreaterThan(neededMs(config));
  });

  describe('its creation of a client', () => {
    const requests: { url: string | undefined; body: Readonly<Record<string, unknown>> }[] = [];
    let statuses: number[];
    const server = createServer(async (request, response) => {
      requests.push({ url: request.url, body: JSON.parse(await text(request)) });
      response.writeHead(statuses.shift()!).end();
    });
    beforeAll(async () => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    afterAll(() => {
      server.close();
    });

    async function createClient(...answers: number[]) {
      statuses = answers;
      const { volumes: [mount] = [], environment: own } = services['create-client']!;
      const program = spawn(process.execPath, [join(root, 'deploy', mount!.split(':')[0]!)], {
        env: { ...own, HYDRA_ADMIN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      });
      const [output, [code]] = await Promise.all([text(program.stdout), once(program, 'exit')]);
      return [code, output, statuses];
    }

    it('waits for Hydra, and leaves an existing client', async () => {
      expect(await createClient(503, 201)).toEqual([0, 'The client first-client is created.\n', []]);
      expect(requests.at(-1)).toEqual({
        url: '/admin/clients',
        body: {
          client_id: 'first-client',
          client_secret: 'first-secret',
          grant_types: ['client_credentials'],
          audience: ['task-runs'],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      });
      expect(await createClient(409)).toEqual([0, 'The client first-client is there already.\n', []]);
    });

    it('reports a failure', async () => {
      expect(await createClient(400)).toEqual([1, 'The client first-client could not be created: status 400.\n', []]);
    });
  });
});

describe('deploy/kubernetes.yaml', () => {
  const deployment = kubernetesObject('Deployment');
  const pod = podOf('Deployment');
  const container = containerOf('Deployment');
  const containers = [container, containerOf('Job')];
  const secrets = new Map(
    [...block('kubernetes-apply').text.matchAll(/--from-literal=([\w-]+)=("[^"]*"|\S+)/g)].map(([, key, value]) => [
      key!,
      value!.startsWith('"') ? 'x'.repeat(64) : value!,
    ]),
  );
  const config = parseConfig({
    ...imageEnvironment,
    ...Object.fromEntries(
      container.env.map(({ name, value, valueFrom }) => [name, value ?? secrets.get(valueFrom!.secretKeyRef.key)]),
    ),
  });

  it('sets variables of the configuration to valid values, secrets from the Secret', () => {
    for (const { env } of containers) expect(unknown(env.map(({ name }) => name))).toEqual([]);
    expect(config.database.url).toBe(secrets.get('database-url'));
    const referred = containers.flatMap(({ env }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []));
    expect(new Set(referred.map(({ key }) => key))).toEqual(new Set(secrets.keys()));
    const { text: commands } = block('kubernetes-apply');
    for (const { name } of referred) expect(commands).toContain(`secret generic ${name} `);
  });

  it('runs the image that docs/fleet.md builds, by the release of the package, which names the Job, too', () => {
    for (const each of containers) {
      expect(each.image).toBe(`registry.example.com/task-run-gateway:${version}`);
      expect(block('kubernetes-apply').text).toContain(`docker push ${each.image}\n`);
    }
    expect(kubernetesObject('Job').metadata.name).toBe(`task-run-gateway-migrate-${version.replaceAll('.', '-')}`);
    expect(containerOf('Job').args).toEqual(['migrate']);
  });

  it('asks for health at paths that respond', async () => {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    const paths = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe!.httpGet.path);
    expect(paths).toEqual(['/health/live', '/health/ready', '/health/live']);
    for (const path of paths) expect((await fetch(`${gateway.url}${path}`)).status).toBe(200);
    expect(container.ports).toEqual([
      { name: 'http', containerPort: config.port },
      { name: 'admin', containerPort: config.adminPort },
    ]);
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) expect(probe!.httpGet.port).toBe('admin');
  });

  it('ends a pod after it has shut down, and takes it out of the service before', () => {
    expect(pod.spec.terminationGracePeriodSeconds! * 1000).toBeGreaterThan(neededMs(config));
    expect(config.shutdownDelayMs).toBeGreaterThanOrEqual(3000);
    expect(config.shutdownTimeoutMs).toBeGreaterThanOrEqual(config.limits.requestTimeoutMs);
  });

  it('confines every container, and limits its resources', () => {
    const [uid, gid] = textsOf(image, 'USER')[0]!.split(':').map(Number);
    for (const kind of ['Job', 'Deployment']) {
      expect(podOf(kind).spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: uid, runAsGroup: gid });
    }
    for (const { securityContext, resources } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys(resources.requests)).toEqual(['cpu', 'memory']);
      expect(resources.limits.memory).toMatch(/^\d+[MG]i$/);
    }
  });

  it('allows writes to DATA_DIR only', () => {
    expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: imageEnvironment.DATA_DIR }]);
    expect(pod.spec.volumes).toEqual([{ name: 'data', emptyDir: expect.anything() }]);
  });

  it('selects the pods of the deployment, and not those of the migration', () => {
    const { labels } = pod.metadata;
    expect(deployment.spec.selector.matchLabels).toEqual(labels);
    expect(kubernetesObject('Service').spec.selector).toEqual(labels);
    expect(kubernetesObject('Service').spec.ports).toMatchObject([{ targetPort: 'http' }]);
    expect(kubernetesObject('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(kubernetesObject('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
    const [spread] = pod.spec.topologySpreadConstraints ?? [];
    expect(spread).toMatchObject({ labelSelector: { matchLabels: labels }, whenUnsatisfiable: 'ScheduleAnyway' });
    expect(podOf('Job').metadata.labels).not.toEqual(labels);
  });

  it('lets others reach only the ports of the container', () => {
    const { policyTypes, ingress } = kubernetesObject('NetworkPolicy').spec;
    expect(policyTypes).toEqual(['Ingress']);
    const ports = ingress.flatMap(({ ports }: { readonly ports: readonly { readonly port: string }[] }) =>
      ports.map(({ port }) => port),
    );
    expect(ports).toEqual(container.ports!.map(({ name }) => name));
    for (const { from } of ingress) expect(from).toHaveLength(1);
  });

  it('keeps the service up while pods are replaced or moved', () => {
    expect(deployment.spec.replicas).toBeGreaterThan(1);
    expect(deployment.spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(kubernetesObject('PodDisruptionBudget').spec.maxUnavailable).toBeLessThan(deployment.spec.replicas);
  });
});

describe('deploy/haproxy.cfg', () => {
  const configuration = readText('deploy/haproxy.cfg');
  const numberIn = (pattern: RegExp) => Number(pattern.exec(configuration)![1]);

  it('checks readiness, often enough for the delay that docs/fleet.md gives', () => {
    expect(configuration).toContain('option httpchk GET /health/ready\n');
    const noticedMs = numberIn(/inter (\d+)s/) * 1000 * numberIn(/fall (\d+)/);
    const [, delayMs] = /with `inter 1s fall 2`, (\d+)\./.exec(readText('docs/fleet.md'))!;
    expect(Number(delayMs)).toBeGreaterThan(noticedMs);
  });

  it('waits longer than a request takes, and admits no more connections than the gateways', () => {
    const { limits } = parseConfig({});
    const maxWaitMs = 20_000;
    for (const name of ['client', 'server', 'tunnel']) {
      expect(numberIn(new RegExp(`timeout ${name} (\\d+)s`)) * 1000).toBeGreaterThan(
        limits.requestTimeoutMs + maxWaitMs,
      );
    }
    expect(numberIn(/maxconn (\d+)/)).toBe([...configuration.matchAll(/^ +server /gm)].length * limits.connections);
  });
});

describe('deploy/task-run-gateway.service', () => {
  const unit = readText('deploy/task-run-gateway.service');
  const valueIn = (name: string) => unit.match(new RegExp(`^${name}=(.*)$`, 'm'))?.[1];

  it('names its release, and starts the gateway as docs/operating.md does without npm', () => {
    expect(valueIn('Description')).toBe(`Task-run gateway ${version}`);
    expect(valueIn('ExecStart')).toBe(`/usr/bin/${block('start-without-npm').text.trim()}`);
  });

  it('sets variables of the configuration, and keeps DATA_DIR where it may write', () => {
    const environment = Object.fromEntries(
      valueIn('Environment')!
        .split(' ')
        .map((part) => part.split('=')),
    );
    expect(unknown(Object.keys(environment))).toEqual([]);
    expect(environment.DATA_DIR).toBe(`/var/lib/${valueIn('StateDirectory')}`);
    expect(block('systemd').text).toContain(valueIn('EnvironmentFile'));
  });

  it('ends the gateway after it has shut down, and reloads it by its signal', () => {
    expect(Number.parseInt(valueIn('TimeoutStopSec')!, 10) * 1000).toBeGreaterThan(neededMs(parseConfig({})) + 5000);
    expect(valueIn('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
    expect(valueIn('KillMode')).toBe('mixed');
  });
});

describe('deploy/patroni.yml', () => {
  const patroni = parse(readText('deploy/patroni.yml'));

  it('names a server that DATABASE_URL of docs/fleet.md has', () => {
    const [host] = patroni.postgresql.connect_address.split(':');
    expect(host).toBe(`${patroni.name}.example.com`);
    expect(block('replicas').text.split(host).length - 1).toBe(1);
  });

  it('loses no acknowledged transaction, and takes a former leader back', () => {
    expect(patroni.bootstrap.dcs).toMatchObject({ synchronous_mode: true, postgresql: { use_pg_rewind: true } });
    const { ttl, loop_wait, retry_timeout } = patroni.bootstrap.dcs;
    // Patroni's documentation requires it.
    expect(loop_wait + 2 * retry_timeout).toBeLessThanOrEqual(ttl);
  });
});
