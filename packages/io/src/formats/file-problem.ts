/** What a reader or writer found that the user should know although it went on. */
export interface FileProblem {
  /** `error`: something of the file could not be used; `warning`: used, but doubtful; `note`: worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  /** Stable machine-readable kind, such as `missing-image`. */
  readonly code: FileProblemCode;
  /** File name, as the caller named it. */
  readonly file: string;
  /** Place inside the file, such as `line 12` or `img0001.png, snout`. */
  readonly where: string;
  /** One sentence for the user. */
  readonly message: string;
  /** What mends it, where something does. */
  readonly hint?: string;
}

/** The kinds of problems; a kind is added here so that faces can group them. */
export type FileProblemCode =
  | 'config-value'
  | 'different-copies'
  | 'duplicate-row'
  | 'empty-row'
  | 'first-frame'
  | 'frame-gap'
  | 'half-point'
  | 'image-size'
  | 'left-out'
  | 'missing-config'
  | 'missing-image'
  | 'missing-keypoint'
  | 'not-stored'
  | 'other-folder'
  | 'out-of-range'
  | 'outside-image'
  | 'several-scorers'
  | 'unknown-column'
  | 'unknown-individual'
  | 'unknown-keypoint'
  | 'unlabeled-image'
  | 'unreadable-file'
  | 'unscored-ends'
  | 'zero-point';

/** Takes problems one by one; every reader demands one, so that nothing is dropped unseen. */
export type Report = (problem: FileProblem) => void;

/** What every reader of bytes takes beside them. */
export interface ReadOptions {
  /** Name of the file, for messages. */
  readonly path?: string;
  readonly report: Report;
}
