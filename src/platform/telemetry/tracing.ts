import { type Attributes, type Context, type Span, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import { DomainError } from '../errors.js';
import type { TraceProvider, TracingSettings } from './trace-provider.js';

let provider: TraceProvider | undefined;

/** Starts sending traces by OTLP over HTTP; before, tracing costs nothing, not even the loading of what sends them. Spans carry names and statements out of the code, never a value. */
export async function startTracing(settings: TracingSettings): Promise<void> {
  const { createTraceProvider } = await import('./trace-provider.js');
  provider = createTraceProvider(settings);
  provider.register();
}

/** Sends what has gathered, and ends tracing. */
export async function stopTracing(): Promise<void> {
  const stopping = provider;
  provider = undefined;
  // What watches the server must not keep it from stopping.
  await stopping?.shutdown().catch(() => undefined);
  trace.disable();
  context.disable();
  propagation.disable();
}

/** Runs `work` in a span under the one that is active. A failure is marked by its code: messages may hold data. */
export function traced<T>(name: string, attributes: () => Attributes, work: () => Promise<T>): Promise<T> {
  if (!provider) return work();
  return provider.getTracer('sinduk').startActiveSpan(name, { attributes: attributes(), kind: SpanKind.INTERNAL }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof DomainError ? error.code : 'INTERNAL' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The span of an HTTP request, and the context to handle it in; undefined while nothing is traced. `headers` may continue a caller's trace. */
export function requestSpan(method: string, route: string, headers: Record<string, unknown> | undefined): { span: Span; inside: Context } | undefined {
  if (!provider) return undefined;
  const outer = headers ? propagation.extract(context.active(), headers) : context.active();
  const span = provider.getTracer('sinduk').startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'http.route': route } }, outer);
  return { span, inside: trace.setSpan(outer, span) };
}

/** Handles the rest of a request inside its span. */
export const continueIn = (inside: Context, next: () => void): void => context.with(inside, next);
