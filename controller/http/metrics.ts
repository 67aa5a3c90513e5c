import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a monitoring system is told. Nothing names an org, so that whoever watches the program learns nothing about them. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'fleetwright_http_request_duration_seconds',
    help: 'Time to answer, by operation and status.',
    labelNames: ['operation', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });

  readonly scheduled = new Counter({
    name: 'fleetwright_tasks_scheduled_total',
    help: 'Tasks that were scheduled.',
    registers: [this.registry],
  });

  readonly claimed = new Counter({
    name: 'fleetwright_tasks_claimed_total',
    help: 'Tasks that were given to workers.',
    registers: [this.registry],
  });

  readonly reported = new Counter({
    name: 'fleetwright_reports_total',
    help: "Ends of attempts, by what became of the report: 'stale' ones came from workers that had lost the task.",
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly readers = new Gauge({
    name: 'fleetwright_stream_readers',
    help: 'Open streams of events and logs.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
