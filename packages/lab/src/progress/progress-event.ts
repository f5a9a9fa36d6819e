/** What long work says while it runs; faces draw it, send it or drop it. */
export type ProgressEvent =
  | {
      /** So much of a countable work is done. */
      readonly kind: 'work';
      /** What is being worked on, such as `tracking mouse1.mp4`. */
      readonly task: string;
      readonly done: number;
      /** Left out where nobody knows how much there is. */
      readonly total?: number;
      /** What is counted, in the plural: `frames`, `steps`; `%` where shares of different works are put together. */
      readonly unit: string;
      /** What of the task is being done, such as `fold 2 of 5`; it may change at any time. */
      readonly detail?: string;
    }
  | {
      /** How training goes. */
      readonly kind: 'learning';
      readonly step: number;
      readonly loss?: number;
      /** Mean error on held-out images in px of the original images. */
      readonly heldOutErrorPx?: number;
    }
  | {
      /** What the model under training predicts on a few images that it was not trained on; each replaces the last. */
      readonly kind: 'samples';
      readonly step: number;
      readonly keypoints: readonly string[];
      readonly images: readonly {
        readonly group: string;
        readonly file: string;
        /** x, y in px and confidence of each keypoint, list. */
        readonly predicted: readonly (readonly [number, number, number])[];
        /** Labels of each keypoint, px, list; null = not labeled. */
        readonly labeled: readonly (readonly [number, number] | null)[];
      }[];
    }
  | {
      /** Another part of the work begins: what was shown before is finished. */
      readonly kind: 'stage';
      readonly text: string;
    }
  | {
      /** A sentence that should stay readable after the work is done. */
      readonly kind: 'note';
      readonly text: string;
    };

/** Takes progress of running work. */
export type ProgressListener = (event: ProgressEvent) => void;
