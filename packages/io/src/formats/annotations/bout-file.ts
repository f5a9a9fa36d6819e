import type { RecordedAnnotations } from '../../tables/annotations-layout.js';
import type { Report } from '../file-problem.js';

/** What a file of bouts holds, in the nouns of Zoopraxis. */
export interface BoutFile {
  /** One entry for each recording, subject, target, annotator and channel. */
  readonly streams: readonly RecordedAnnotations[];
}

/** What readers of bouts take beside the bytes. */
export interface BoutReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
}
