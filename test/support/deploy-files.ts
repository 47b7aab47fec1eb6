// The parts of the files in deploy/ that tests check.

import { parse, parseAllDocuments } from 'yaml';
import { readText } from '../docs/documents.js';

export interface ComposeService {
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly healthcheck?: object;
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export const compose = parse(readText('deploy/compose.yaml')) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
};

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests: object; readonly limits: { readonly memory: string } };
  readonly securityContext: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

export interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number;
    readonly topologySpreadConstraints?: readonly object[];
    readonly securityContext: object;
    readonly containers: readonly Container[];
    readonly volumes?: readonly { readonly name: string; readonly emptyDir: object }[];
  };
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: any;
}

const kubernetes = parseAllDocuments(readText('deploy/kubernetes.yaml')).map((document) => {
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS() as KubernetesObject;
});

export function kubernetesObject(kind: string): KubernetesObject {
  const found = kubernetes.filter((kubernete) => kubernete.kind === kind);
  if (found.length !== 1) throw new Error(`deploy/kubernetes.yaml has ${found.length} of ${kind}.`);
  return found[0]!;
}

export const podOf = (kind: string): Pod => kubernetesObject(kind).spec.template;
export const containerOf = (kind: string): Container => podOf(kind).spec.containers[0]!;
