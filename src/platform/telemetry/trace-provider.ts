import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';

/** Where traces go, under which name, and which share of them, 0 to 1. */
export interface TracingSettings {
  endpoint: string;
  serviceName: string;
  ratio: number;
}

/** What makes spans and sends them. */
export type TraceProvider = NodeTracerProvider;

/** A provider that sends its spans in batches by OTLP over HTTP to `endpoint`/v1/traces. */
export const createTraceProvider = ({ endpoint, serviceName, ratio }: TracingSettings): TraceProvider =>
  new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }))],
  });
