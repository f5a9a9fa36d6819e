import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { Report } from '../file-problem.js';

/** What a file of bouts holds, in the nouns of Zoopraxis. */
export interface BoutFile {
  /** One entry for each recording, subject, target, annotator and channel. */
  readonly streams: readonly RecordedAnnotations[];
  /** True where the streams list all that was scored; else only what they have bouts of. Default false. */
  readonly scoredIsKnown?: boolean;
  /** Behaviors that could be scored and that the file gives to no stream, list. */
  readonly offered?: readonly string[];
}

/** What readers of bouts take beside the bytes. */
export interface BoutReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
}
