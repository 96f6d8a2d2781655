import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { TelemetryFailures } from '../failures.js';

export type Labels<Name extends string> = { readonly [Key in Name]: string | number };

export interface MetricText<Name extends string> {
  /** `bt_<noun>_<verb>_total`, `bt_<noun>_<verb>_seconds` or `bt_<noun>_<unit>`. */
  readonly name: string;
  readonly help: string;
  /** Names of labels; their values must come from a small set. */
  readonly labels?: readonly Name[] | undefined;
}

export interface Count<Name extends string> {
  inc(labels: Labels<Name>, by?: number): void;
}
export interface Level<Name extends string> {
  set(labels: Labels<Name>, value: number): void;
}
export interface Timing<Name extends string> {
  /** @param seconds not negative */
  observe(labels: Labels<Name>, seconds: number): void;
}

/** Most label combinations one metric may hold; later ones are counted under `other`. */
const MAX_SERIES = 300;
/** Seconds; covers a signature check as well as a 40 s answer. */
const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 40, 60, 120];

/** The metrics of one process. Recording never throws and label sets are bounded. */
export class MetricSet {
  private readonly registry = new Registry();

  constructor(
    options: { readonly app: string; readonly version: string; readonly processMetrics?: boolean | undefined },
    private readonly parts: { readonly failures: TelemetryFailures },
  ) {
    this.registry.setDefaultLabels({ app: options.app });
    if (options.processMetrics !== false) collectDefaultMetrics({ register: this.registry });
    const info = this.level({ name: 'bt_build_info', help: 'Always 1; the version is a label', labels: ['version'] });
    info.set({ version: options.version }, 1);
    const { failures } = parts;
    new Gauge({
      name: 'bt_telemetry_failures',
      help: 'What telemetry itself failed to do since the start',
      labelNames: ['part'],
      registers: [this.registry],
      collect() {
        for (const [part, count] of failures.entries()) this.set({ part }, count);
      },
    });
  }

  counter<Name extends string = never>(text: MetricText<Name>): Count<Name> {
    const metric = new Counter({ ...this.describe(text) });
    const bound = new SeriesBound<Name>();
    return { inc: (labels, by = 1) => this.record(() => metric.inc(bound.apply(labels), by)) };
  }

  level<Name extends string = never>(text: MetricText<Name>): Level<Name> {
    const metric = new Gauge({ ...this.describe(text) });
    const bound = new SeriesBound<Name>();
    return { set: (labels, value) => this.record(() => metric.set(bound.apply(labels), value)) };
  }

  timing<Name extends string = never>(
    text: MetricText<Name> & { readonly buckets?: readonly number[] | undefined },
  ): Timing<Name> {
    const metric = new Histogram({ ...this.describe(text), buckets: [...(text.buckets ?? SECONDS)] });
    const bound = new SeriesBound<Name>();
    return { observe: (labels, seconds) => this.record(() => metric.observe(bound.apply(labels), seconds)) };
  }

  /** Prometheus text of everything, with its content type. Empty when it could not be gathered. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    try {
      return { contentType: this.registry.contentType, text: await this.registry.metrics() };
    } catch {
      this.parts.failures.count('metrics');
      return { contentType: this.registry.contentType, text: '' };
    }
  }

  private describe<Name extends string>(text: MetricText<Name>) {
    return { name: text.name, help: text.help, labelNames: [...(text.labels ?? [])], registers: [this.registry] };
  }

  private record(work: () => void): void {
    try {
      work();
    } catch {
      // A metric that cannot be recorded is worth a count, not a crash.
      this.parts.failures.count('metrics');
    }
  }
}

class SeriesBound<Name extends string> {
  private readonly seen = new Set<string>();

  apply(labels: Labels<Name>): Labels<Name> {
    const key = JSON.stringify(Object.values(labels));
    if (this.seen.has(key)) return labels;
    if (this.seen.size < MAX_SERIES) {
      this.seen.add(key);
      return labels;
    }
    // The keys are those of `labels`, so the shape is the same.
    return Object.fromEntries(Object.keys(labels).map((name) => [name, 'other'])) as Labels<Name>;
  }
}
