import type { ByteStore } from '@zoopraxis/core';

/** One line of a metrics file: a training step, an evaluation, or an event such as a resume. */
export interface MetricsLine {
  readonly step: number;
  readonly [key: string]: unknown;
}

function parseLine(text: string): MetricsLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const step = (value as { step?: unknown } | null)?.step;
    return typeof step === 'number' ? (value as MetricsLine) : undefined;
  } catch {
    // A crash can leave a part of the last line.
    return undefined;
  }
}

/** Returns the lines of a metrics file (bytes of JSON lines); a damaged one is left out. */
export function parseMetrics(bytes: Uint8Array | undefined): MetricsLine[] {
  if (bytes === undefined) return [];
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map(parseLine)
    .filter((line): line is MetricsLine => line !== undefined);
}

/** Metrics of a run as JSON lines, gathered in memory and appended to a store by `flush`. */
export class MetricsLog {
  readonly #store: ByteStore;
  readonly #name: string;
  #lines: string[] = [];
  #flushedAt = Date.now();

  constructor(store: ByteStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Takes back what was written of steps after `step`: they will be taken again. */
  async rewindTo(step: number): Promise<void> {
    const bytes = await this.#store.read(this.#name);
    if (bytes === undefined) return;
    const kept = parseMetrics(bytes).filter((line) => line.step <= step);
    const text = kept.map((line) => `${JSON.stringify(line)}\n`).join('');
    await this.#store.write(this.#name, new TextEncoder().encode(text));
  }

  /** Adds a line; it is on disk after the next flush, at the latest when the next line comes a second later. */
  async add(line: MetricsLine): Promise<void> {
    this.#lines.push(`${JSON.stringify(line)}\n`);
    if (Date.now() - this.#flushedAt > 1000) await this.flush();
  }

  /** Makes all lines durable. */
  async flush(): Promise<void> {
    this.#flushedAt = Date.now();
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    await this.#store.append(this.#name, new TextEncoder().encode(text));
  }
}
