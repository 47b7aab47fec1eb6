// Exports spans with OTLP over HTTP. Imported only if an endpoint is configured.

import { setTimeout as after } from 'node:timers/promises';
import {
  type Attributes,
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  type Span as SdkSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Config } from '../config/config.js';
import { declareLimit } from '../limits.js';
import { version } from '../version.js';
import type { Log } from './logger.js';
import { type Span, type SpanEnd, type SpanOptions, type SpanOrigin, spanAttributes, type Tracing } from './spans.js';

const maxCloseMs = declareLimit(1000, {
  section: 'HTTP',
  name: 'time to export the last spans at shutdown',
  unit: 'ms',
  shownAs: 's',
  beyond: 'they are lost',
});

type TracingConfig = NonNullable<Config['tracing']>;

export function openTracing(config: TracingConfig, log: Log): Tracing {
  const { endpoint, headers, attributes } = config;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers,
  });
  const ids = new ChosenTraceIds();
  const sampler = samplerOf(config);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.version': version, 'process.pid': process.pid, ...attributes }),
    sampler,
    idGenerator: ids,
    // Drops spans while too many are waiting.
    spanProcessors: [new BatchSpanProcessor({ exporter: reportFailures(exporter, endpoint, log) })],
  });
  const tracer = provider.getTracer('task-run-gateway', version);
  return {
    open(origin, name, options = {}) {
      const { remote, isTrusted } = origin;
      // The sampler's decision depends on this id, so callers must not choose it.
      const id = remote !== undefined && isTrusted ? remote.traceId : ids.generateTraceId();
      const context = contextOf(origin);
      // Decides before the span is created, because that takes many times as long.
      const { decision } = sampler.shouldSample(context, id, name, SpanKind.SERVER, {}, []);
      if (decision === SamplingDecision.NOT_RECORD) return undefined;
      if (remote === undefined) ids.choose(id);
      const clock = Date.now() - performance.now();
      return start(tracer, clock, context.setValue(decisionKey, sampledDecision), name, options, SpanKind.SERVER);
    },
    // A failure of the last export is logged like any other, and must not fail the shutdown.
    close: () => Promise.race([provider.shutdown().catch(() => {}), after(maxCloseMs, undefined, { ref: false })]),
  };
}

/**
 * The key of the sampling decision for a span without a parent in the gateway. Other spans are sampled like their
 * parents.
 */
const decisionKey = createContextKey('decision');
type Decision = typeof sampledDecision | typeof asCallerDecided | undefined;
const sampledDecision = 'sampled';
const asCallerDecided = 'as the caller decided';

/** Follows the configured sampler, which gets the caller's own decision only if the caller is trusted. */
function samplerOf({ sampler: name, ratio }: TracingConfig): Sampler {
  const always = new AlwaysOnSampler();
  const root = name.endsWith('ratio')
    ? new TraceIdRatioBasedSampler(ratio)
    : name.endsWith('on')
      ? always
      : new AlwaysOffSampler();
  const trusting = name.startsWith('parentbased') ? new ParentBasedSampler({ root }) : root;
  return {
    shouldSample(context, ...rest) {
      const decision = context.getValue(decisionKey) as Decision;
      const sampler = decision === sampledDecision ? always : decision === undefined ? root : trusting;
      return sampler.shouldSample(context, ...rest);
    },
    toString: () => name,
  };
}

/** Returns the context of a span without a parent in the gateway. */
function contextOf({ remote, isTrusted }: SpanOrigin): Context {
  if (remote === undefined) return ROOT_CONTEXT;
  const traceFlags = remote.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceFlags, isRemote: true });
  return isTrusted ? context.setValue(decisionKey, asCallerDecided) : context;
}

/** Assigns to the next trace the id with which it was sampled. */
class ChosenTraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #chosen: string | undefined;

  choose(traceId: string): void {
    this.#chosen = traceId;
  }

  generateTraceId(): string {
    const chosen = this.#chosen;
    this.#chosen = undefined;
    return chosen ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}

/**
 * @param clock converts milliseconds from `performance.now()` to the time since 1970, as of the start of the request
 */
function start(
  tracer: Tracer,
  clock: number,
  context: Context,
  name: string,
  { attributes, startedAt = performance.now() }: SpanOptions,
  kind: SpanKind,
): ExportedSpan {
  const startTime = clock + startedAt;
  const span = tracer.startSpan(name, { attributes: attributes as Attributes, startTime, kind }, context);
  return new ExportedSpan(tracer, clock, span as SdkSpan);
}

class ExportedSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    private readonly clock: number,
    private readonly span: SdkSpan,
  ) {}

  open(name: string, options: SpanOptions = {}): Span {
    const kind =
      options.attributes && spanAttributes.system in options.attributes ? SpanKind.CLIENT : SpanKind.INTERNAL;
    return start(this.tracer, this.clock, trace.setSpan(sampled, this.span), name, options, kind);
  }

  openShared(name: string, waiting: readonly Span[], options: SpanOptions = {}): Span {
    const shared = start(this.tracer, this.clock, sampled, name, options, SpanKind.CLIENT);
    for (const span of waiting) {
      shared.link(span);
      span.link(shared);
    }
    return shared;
  }

  rename(name: string, attributes: SpanOptions['attributes']): void {
    this.span.updateName(name).setAttributes(attributes as Attributes);
  }

  link(other: Span): void {
    this.span.addLink({ context: (other as ExportedSpan).span.spanContext() });
  }

  end({ attributes, error, endedAt = performance.now() }: SpanEnd = {}): void {
    if (attributes) this.span.setAttributes(attributes as Attributes);
    if (error !== undefined) {
      this.span.setAttribute(spanAttributes.error, errorType(error)).setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end(this.clock + endedAt);
  }
}

const sampled = ROOT_CONTEXT.setValue(decisionKey, sampledDecision);

/** Error messages may quote payload, so spans contain only their reasons. */
function errorType(error: unknown): string {
  if (typeof error === 'string') return error;
  const { reason, name } = error as { readonly reason?: unknown; readonly name?: unknown };
  return String(reason ?? name ?? 'Error');
}

/** Logs the first of consecutive failures, and the next success. */
function reportFailures(exporter: SpanExporter, endpoint: string, log: Log): SpanExporter {
  let isFailing = false;
  return {
    export(spans, onResult) {
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isFailing) log.warn({ err: result.error }, `exporting traces to ${endpoint} failed`);
        if (!hasFailed && isFailing) log.info(`exporting traces to ${endpoint} works again`);
        isFailing = hasFailed;
        onResult(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
