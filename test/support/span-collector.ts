import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as received by the collector. */
export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
}

export interface SpanCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  readonly resources: readonly Readonly<Record<string, string | number>>[];
  /** The headers of each request. */
  readonly headers: readonly NodeJS.Dict<string | string[]>[];
  close(): Promise<void>;
}

/** Starts an OTLP/JSON collector: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export async function startSpanCollector(): Promise<SpanCollector> {
  const spans: CollectedSpan[] = [];
  const resources: Record<string, string | number>[] = [];
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url === '/v1/traces') {
      headers.push(request.headers);
      for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
        resources.push(attributesOf(resource.attributes));
        for (const scope of scopeSpans) spans.push(...scope.spans.map(collected));
      }
    }
    response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    spans,
    resources,
    headers,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A span in OTLP's JSON. */
interface ReceivedSpan extends Pick<CollectedSpan, 'name' | 'kind' | 'traceId' | 'spanId'> {
  readonly parentSpanId?: string;
  readonly links?: CollectedSpan['links'];
  readonly attributes?: readonly { readonly key: string; readonly value: object }[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
}

function collected(span: ReceivedSpan): CollectedSpan {
  return {
    name: span.name,
    kind: span.kind,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    links: span.links ?? [],
    attributes: attributesOf(span.attributes),
    startMs: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
    endMs: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
    isError: span.status?.code === 2,
  };
}

function attributesOf(list: readonly { readonly key: string; readonly value: object }[] = []) {
  return Object.fromEntries(
    list.map(({ key, value }) => {
      const [[type, plain] = ['', '']] = Object.entries(value);
      return [key, type === 'intValue' ? Number(plain) : plain];
    }),
  );
}
