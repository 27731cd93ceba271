/** Values of one metric, each with its labels. */
export type Samples = Iterable<readonly [value: number, labels?: Labels]>;
export type Labels = Readonly<Record<string, string>>;

/** One labelled histogram. */
export interface HistogramSample {
  readonly labels: Labels;
  /** Upper bound, inclusive → how many were at most that; ascending. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  readonly sum: number;
  readonly count: number;
}

/**
 * Metrics in the text format of Prometheus, version 0.0.4. Names and label names have to be valid; texts may hold anything.
 *
 * @see docs/guides/observability.md#metrics
 */
export class Exposition {
  #text = '';

  /** The document so far; it ends with a newline. */
  get text(): string {
    return this.#text;
  }

  /** A value that goes up and down. */
  gauge(name: string, help: string, samples: Samples): this {
    return this.#simple(name, 'gauge', help, samples);
  }

  /** A value that only grows. @param name Ends in `_total`. */
  counter(name: string, help: string, samples: Samples): this {
    return this.#simple(name, 'counter', help, samples);
  }

  histogram(name: string, help: string, samples: Iterable<HistogramSample>): this {
    this.#head(name, 'histogram', help);
    for (const { labels, buckets, sum, count } of samples) {
      const text = labelText(labels);
      const start = `${name}_bucket{${text}${text === '' ? '' : ','}le="`;
      for (const [bound, within] of buckets) this.#text += `${start}${bound}"} ${within}\n`;
      this.#text += `${start}+Inf"} ${count}\n`;
      this.#line(`${name}_sum`, text, sum);
      this.#line(`${name}_count`, text, count);
    }
    return this;
  }

  #simple(name: string, type: 'gauge' | 'counter', help: string, samples: Samples): this {
    this.#head(name, type, help);
    for (const [value, labels = {}] of samples) this.#line(name, labelText(labels), value);
    return this;
  }

  #head(name: string, type: string, help: string): void {
    this.#text += `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}\n# TYPE ${name} ${type}\n`;
  }

  #line(name: string, labels: string, value: number): void {
    this.#text += `${name}${labels && `{${labels}}`} ${value === Infinity ? '+Inf' : value}\n`;
  }
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, text]) => `${name}="${text.toWellFormed().replace(/[\\\n"]/g, escaped)}"`)
    .join(',');
}

function escaped(char: string): string {
  return char === '\n' ? '\\n' : `\\${char}`;
}
