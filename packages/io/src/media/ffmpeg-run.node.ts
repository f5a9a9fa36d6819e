import { fileOnly } from './ffmpeg-probe.node.js';
import { ended, type Running, startProgram } from './ffmpeg-program.node.js';

/** What is decoded by one run of ffmpeg. */
export interface FfmpegRunOptions {
  readonly path: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Time from which decoding starts, on the clock of the file; from the beginning where it is undefined. */
  readonly fromSec?: number;
  /** Options that let every frame through. */
  readonly passthrough: readonly string[];
}

/** One picture that ffmpeg gave. */
export interface FfmpegPicture {
  /** Presentation time in seconds on the clock of the file; NaN where ffmpeg knows none. */
  readonly sec: number;
  /** Interleaved red, green, blue, shape `[heightPx, widthPx, 3]`. */
  readonly rgb: Uint8Array;
}

/** A run of ffmpeg that gives raw pictures, and tells of each when it is shown. */
export class FfmpegRun {
  readonly #child: Running;
  readonly #bytes: number;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #ended: Promise<number>;
  readonly #times: number[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  #secPerTick = Number.NaN;
  #line = '';
  #wake: (() => void) | undefined;
  #isSilent = false;

  constructor({ path, widthPx, heightPx, fromSec, passthrough }: FfmpegRunOptions) {
    this.#bytes = widthPx * heightPx * 3;
    // showinfo writes one line per frame with its time: that is how each picture is known.
    const filters = `showinfo=checksum=0,scale=${widthPx}:${heightPx}:flags=bicubic,format=rgb24`;
    const seek = fromSec === undefined ? [] : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', fromSec.toFixed(6)];
    this.#child = startProgram('ffmpeg', [
      ...['-v', 'info', '-nostats', '-hide_banner', '-copyts', '-flags', 'output_corrupt', ...seek, ...fileOnly],
      ...['-i', `file:${path}`, '-map', '0:V:0', '-vf', filters, ...passthrough, '-f', 'rawvideo', 'pipe:1'],
    ]);
    this.#ended = ended(this.#child);
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text: string) => this.#listen(text));
    const silence = (): void => {
      this.#isSilent = true;
      this.#wake?.();
    };
    this.#child.stderr.once('close', silence);
    this.#child.once('error', silence);
  }

  /** Returns the next picture, or undefined at the end. */
  async next(): Promise<FfmpegPicture | undefined> {
    const rgb = new Uint8Array(this.#bytes);
    for (let filled = 0; filled < this.#bytes; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done === true) return undefined;
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, this.#bytes - filled);
      rgb.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    while (this.#times.length === 0 && !this.#isSilent) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { sec: this.#times.shift() ?? Number.NaN, rgb };
  }

  /** Ends the program. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#child.stdout.destroy();
    await this.#ended;
  }

  #listen(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('[Parsed_showinfo')) continue;
      const base = /config in time_base: (\d+)\/(\d+)/.exec(line);
      if (base !== null) this.#secPerTick = Number(base[1]) / Number(base[2]);
      const frame = / n: *\d+ pts: *(-?\d+|NOPTS) /.exec(line);
      if (frame !== null) this.#times.push(Number(frame[1]) * this.#secPerTick);
    }
    if (this.#times.length > 0) this.#wake?.();
  }
}
