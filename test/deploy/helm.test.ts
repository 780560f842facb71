/** The chart as helm renders it, held against Kubernetes' schemas and against the service. Skipped where the tools, which have a folder of their own, are not there. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeVariables, readConfig } from '../../src/config.ts';
import { startService } from '../service.ts';
import { image } from './dockerfile.ts';
import type { Ended } from './outside.ts';
import { ended, folderOf, removed, root } from './outside.ts';

const helm = join(root, 'tools/helm/bin/helm');
const chart = join(root, 'deploy/helm/layergauge');
const isInstalled = existsSync(helm) && existsSync(join(root, 'tools/helm/node_modules/kubernetes-models'));
const title = isInstalled ? 'the chart' : 'the chart (skipped: npm ci and get-helm.ts in tools/helm have not been run)';

// biome-ignore lint/suspicious/noExplicitAny: what is rendered is held against its types by tools/helm/validate.ts.
type Manifest = any;

function rendered(values: object = {}): Promise<Ended> {
  return ended(helm, ['template', 'release', chart, '--namespace', 'nets', '--set-json', JSON.stringify(values)], root);
}

/** The objects by kind; fails where one does not hold. */
async function objects(values: object = {}): Promise<Record<string, Manifest>> {
  const { code, stdout, stderr } = await rendered(values);
  expect([code, stderr]).toEqual([0, '']);
  const folder = await folderOf({ 'rendered.yaml': stdout });
  try {
    const script = `exec "$0" tools/helm/validate.ts <"$1"`;
    const held = await ended('sh', ['-c', script, process.execPath, join(folder, 'rendered.yaml')], root);
    expect([held.code, held.stderr]).toEqual([0, '']);
    const all = JSON.parse(held.stdout) as { kind: string }[];
    return Object.fromEntries(all.map((one) => [one.kind, one]));
  } finally {
    await removed(folder);
  }
}

describe.skipIf(!isInstalled)(title, () => {
  let plain: Record<string, Manifest>;
  let pod: Manifest;
  let container: Manifest;
  beforeAll(async () => {
    plain = await objects();
    pod = plain.Deployment.spec.template.spec;
    [container] = pod.containers;
  });

  test('is linted without a complaint', async () => {
    expect(await ended(helm, ['lint', '--strict', '--quiet', chart], root)).toMatchObject({ code: 0 });
  });

  test('has the objects that are on by default', () => {
    expect(Object.keys(plain).sort()).toEqual(['Deployment', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'Service']);
  });

  test('has the version of the service', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(container.image).toBe(`layergauge:${version}`);
    expect(await readFile(join(root, 'Dockerfile'), 'utf8')).toContain(`ARG VERSION=${version}\n`);
  });

  test('probes paths that the service answers, on the port that it listens on', async () => {
    const { app, request } = await startService();
    try {
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        const { path, port } = container[probe].httpGet;
        await request.get(path).expect(200);
        expect(container.ports).toContainEqual({ name: port, containerPort: image.port, protocol: 'TCP' });
      }
    } finally {
      await app.close();
    }
    expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual(['/livez', '/readyz']);
  });

  test('sets only variables that the service knows, to their defaults', () => {
    const fallbacks = new Map(describeVariables().map(({ name, fallback }) => [name, fallback]));
    for (const { name, value } of container.env) expect([name, value]).toEqual([name, fallbacks.get(name)]);
  });

  test('routes to the port of the container by its name, in every object that names one', () => {
    expect(plain.Service.spec.ports).toMatchObject([{ name: 'http', targetPort: 'http' }]);
    expect(plain.NetworkPolicy.spec.ingress).toEqual([{ ports: [{ port: 'http', protocol: 'TCP' }] }]);
  });

  test('selects the same pods everywhere', () => {
    const { matchLabels } = plain.Deployment.spec.selector;
    expect(plain.Deployment.spec.template.metadata.labels).toMatchObject(matchLabels);
    expect(plain.Service.spec.selector).toEqual(matchLabels);
    expect(plain.NetworkPolicy.spec.podSelector).toEqual({ matchLabels });
    expect(plain.PodDisruptionBudget.spec.selector).toEqual({ matchLabels });
    for (const spread of pod.topologySpreadConstraints) expect(spread.labelSelector).toEqual({ matchLabels });
    expect(plain.HorizontalPodAutoscaler.spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: plain.Deployment.metadata.name });
  });

  test('is what the restricted Pod Security Standard asks for, and more', () => {
    const [uid] = (image.user ?? '').split(':').map(Number);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: uid, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.enableServiceLinks).toBe(false);
    expect(pod.volumes).toBeUndefined();
  });

  test('lets the pod call nobody', () => {
    expect(plain.NetworkPolicy.spec.policyTypes).toContain('Egress');
    expect(plain.NetworkPolicy.spec.egress).toEqual([]);
  });

  test.each([
    ['http://collector.observability:4318', 4318],
    ['https://collector.example.com/otlp', 443],
    ['http://[2001:db8::1]', 80],
  ])('lets the pod call a collector at %s, and DNS, where one is set', async (endpoint, port) => {
    const to = [{ namespaceSelector: { matchLabels: { name: 'observability' } } }];
    const dns = {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    };
    const other = { ports: [{ port: 9 }] };
    const { Deployment, NetworkPolicy } = await objects({ otel: { endpoint, to }, networkPolicy: { egress: [other] } });
    expect(Deployment.spec.template.spec.containers[0].env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint });
    expect(NetworkPolicy.spec.egress).toEqual([{ ports: [{ port, protocol: 'TCP' }], to }, dns, other]);
  });

  test('gives the pod longer than the service takes to end, and drains longer than a pod that is not ready stays in the list', () => {
    const { drainMs, graceMs } = readConfig({}).config.closing;
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainMs + graceMs);
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(drainMs).toBeGreaterThan(periodSeconds * failureThreshold * 1000);
  });

  test.each([
    [0, 1],
    [1, 999],
    [30_001, 60_000],
  ])('gives a drain of %i ms and a grace of %i ms their time', async (drainMs, graceMs) => {
    const { Deployment } = await objects({ drainMs, graceMs });
    const { terminationGracePeriodSeconds, containers } = Deployment.spec.template.spec;
    expect(terminationGracePeriodSeconds).toBe(Math.ceil((drainMs + graceMs) / 1000) + 5);
    expect(containers[0].env).toContainEqual({ name: 'LAYERGAUGE_DRAIN_MS', value: String(drainMs) });
    expect(containers[0].env).toContainEqual({ name: 'LAYERGAUGE_GRACE_MS', value: String(graceMs) });
  });

  test('holds with everything set', async () => {
    const all = await objects({
      image: { repository: 'registry.example.com/layergauge', digest: `sha256:${'a'.repeat(64)}` },
      imagePullSecrets: [{ name: 'pull' }],
      replicaCount: 3,
      autoscaling: { enabled: false },
      port: 8080,
      settings: { LAYERGAUGE_MAX_JSON_BYTES: 16_777_216, LAYERGAUGE_RATE_LIMIT: '600' },
      tokens: { secretName: 'layergauge-tokens' },
      extraEnv: [{ name: 'HOST', value: '::' }],
      service: { type: 'NodePort', port: 3000, annotations: { a: 'b' } },
      podAnnotations: { a: 'b' },
      podLabels: { c: 'd' },
      serviceAccountName: 'nobody',
      priorityClassName: 'low',
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      networkPolicy: { from: [{ namespaceSelector: {} }], egress: [{ ports: [{ port: 4318 }] }] },
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' }, authorization: { credentials: { name: 's', key: 'k' } } },
    });
    const { spec } = all.Deployment;
    expect(spec.replicas).toBe(3);
    expect(all.HorizontalPodAutoscaler).toBeUndefined();
    expect(spec.template.spec.containers[0].image).toBe(`registry.example.com/layergauge@sha256:${'a'.repeat(64)}`);
    const { env } = spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: 'PORT', value: '8080' });
    expect(env).toContainEqual({ name: 'LAYERGAUGE_MAX_JSON_BYTES', value: '16777216' });
    expect(env).toContainEqual({ name: 'LAYERGAUGE_TOKENS', valueFrom: { secretKeyRef: { name: 'layergauge-tokens', key: 'tokens' } } });
    expect(all.NetworkPolicy.spec).toMatchObject({
      ingress: [{ from: [{ namespaceSelector: {} }] }],
      egress: [{ ports: [{ port: 4318 }] }],
    });
    expect(all.ServiceMonitor.spec.endpoints).toMatchObject([{ port: 'http', path: '/metrics' }]);
  });

  test.each([
    ['a name that it does not know', { drain_ms: 1 }],
    ['a setting of another program', { settings: { NODE_OPTIONS: '--inspect' } }],
    ['tokens in plain sight', { settings: { LAYERGAUGE_TOKENS: 'aaaaaaaaaaaaaaaa' } }],
    ['a setting that it sets itself', { settings: { LAYERGAUGE_DRAIN_MS: 1 } }],
    ['a port of the system', { port: 80 }],
    ['a collector without a scheme', { otel: { endpoint: 'collector:4317' } }],
  ])('refuses %s', async (_, values) => {
    expect((await rendered(values)).code).not.toBe(0);
  });
});
