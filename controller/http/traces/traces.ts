import { type Attributes, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace, ROOT_CONTEXT } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, type IdGenerator, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { type Task, type TaskHistory, tracePlace } from '../../contract/wire/index.ts';
import { NAMES } from './names.ts';

/** How long it may take to send spans, in milliseconds: the program waits so long at its end. */
const SEND_MS = 3000;

type Attempt = TaskHistory['attempts'][number];

/** A trace for each task: a span for the task when it has ended, and below it one for each attempt that was reported. */
export class Traces {
  readonly #ids = new GivenIds();
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;

  /** Sends to where the variables `OTEL_EXPORTER_OTLP_*` say. @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
  constructor() {
    const exporter = new OTLPTraceExporter({ timeoutMillis: SEND_MS });
    this.#provider = new NodeTracerProvider({
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: SEND_MS })],
    });
    this.#tracer = this.#provider.getTracer('fleetwright-controller');
  }

  /** An attempt was reported; the task may have ended with it. */
  addAttempt(task: Task, attempt: Attempt): void {
    const about = {
      [NAMES.org]: task.org,
      [NAMES.task]: task.id,
      [NAMES.agentId]: `${task.org}/${task.agent}`,
      [NAMES.agentName]: task.agent,
    };
    const place = tracePlace(task.id);
    const parent = trace.setSpanContext(ROOT_CONTEXT, { ...place, traceFlags: TraceFlags.SAMPLED });
    this.#ids.next = tracePlace(task.id, attempt.attempt);
    const span = this.#tracer.startSpan(
      `invoke_agent ${task.agent}`,
      { attributes: { ...about, ...attributesOf(attempt) }, kind: SpanKind.CLIENT, startTime: new Date(attempt.claimedAt) },
      parent,
    );
    if (attempt.outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute(NAMES.errorType, 'failed');
    span.end(attempt.endedAt === undefined ? undefined : new Date(attempt.endedAt));
    if (task.endedAt !== undefined) this.#addTask(task, { ...about, [NAMES.state]: task.state, [NAMES.cost]: task.cost / 1e6 });
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }

  #addTask({ id, agent, parent, createdAt, endedAt, state }: Task, attributes: Attributes): void {
    this.#ids.next = tracePlace(id);
    const links = parent === undefined ? [] : [{ context: { ...tracePlace(parent), traceFlags: TraceFlags.SAMPLED } }];
    const span = this.#tracer.startSpan(`task ${agent}`, { attributes, links, startTime: new Date(createdAt) }, ROOT_CONTEXT);
    if (state !== 'succeeded') span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute(NAMES.errorType, state);
    span.end(endedAt === undefined ? undefined : new Date(endedAt));
  }
}

function attributesOf({ attempt, outcome, worker, usage }: Attempt): Attributes {
  const [first] = usage;
  const sum = (pick: (used: Attempt['usage'][number]) => number) => usage.reduce((total, used) => total + pick(used), 0);
  return {
    [NAMES.operation]: 'invoke_agent',
    [NAMES.attempt]: attempt,
    [NAMES.outcome]: outcome ?? 'unknown',
    ...(worker === undefined ? {} : { [NAMES.worker]: worker }),
    ...(first === undefined
      ? {}
      : {
          [NAMES.model]: usage.length === 1 ? first.model : usage.map(({ model }) => model).join(','),
          [NAMES.inputTokens]: sum(({ inputTokens }) => inputTokens),
          [NAMES.outputTokens]: sum(({ outputTokens }) => outputTokens),
          [NAMES.cost]: sum(({ cost }) => cost) / 1e6,
        }),
  };
}

/** Ids that follow from the task, so that programs elsewhere can name the same span. */
class GivenIds implements IdGenerator {
  next = { traceId: '', spanId: '' };

  generateTraceId(): string {
    return this.next.traceId;
  }

  generateSpanId(): string {
    return this.next.spanId;
  }
}
