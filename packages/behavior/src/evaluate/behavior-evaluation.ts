import type { DifferenceSummary } from '../annotators/bouts/match-bouts.js';
import type { DetectionScores } from '../annotators/bouts/overlap-scores.js';
import type { EvaluationRanges } from './behavior-intervals.js';
import type { HumanScores } from './human-scores.js';
import type { LengthRule } from './scored-frames.js';

/** A number of the truth and the same of the prediction. */
export interface TruthAndPredicted<Value = number> {
  readonly truth: Value;
  readonly predicted: Value;
}

/** Scores of one behavior over all recordings. A score is null where it is 0/0. */
export interface BehaviorScores {
  /** Frames of the truth that show it. */
  readonly support: number;
  readonly predictedFrames: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Null without scores or without a frame that shows the behavior. */
  readonly averagePrecision: number | null;
  /** Of `bouts.overlap`. */
  readonly boutPrecision: number | null;
  readonly boutRecall: number | null;
  readonly boutF1: number | null;
  readonly bouts: {
    /** Pairs that overlap by `minimumOverlap` or more, one partner each. */
    readonly overlap: DetectionScores;
    /** Pairs that overlap at all, one partner each. */
    readonly anyOverlap: DetectionScores;
    /** Pairs whose starts and ends both lie within the tolerance. */
    readonly boundary: DetectionScores;
    /** F1 over the truth's bouts, each called by the predicted bout that shares most frames with it. */
    readonly annotationF1: number | null;
    /** F1 over the predicted bouts, each called by the true bout that shares most frames with it. */
    readonly predictionF1: number | null;
  };
  /** Prediction minus truth, seconds, of bouts that overlap. */
  readonly onsetSec: DifferenceSummary;
  readonly offsetSec: DifferenceSummary;
  readonly timeSec: TruthAndPredicted;
  readonly boutCount: TruthAndPredicted;
  readonly meanBoutSec: TruthAndPredicted<number | null>;
  readonly medianBoutSec: TruthAndPredicted<number | null>;
}

/** Scores of one recording. */
export interface RecordingScores {
  readonly recording: string;
  readonly group: string;
  /** Frames that count. */
  readonly frames: number;
  readonly accuracy: number | null;
  /** Mean over the averaged behaviors that occur in this recording. */
  readonly macroF1: number | null;
  readonly perBehavior: Readonly<
    Record<
      string,
      Pick<BehaviorScores, 'support' | 'precision' | 'recall' | 'f1' | 'boutF1' | 'timeSec' | 'boutCount'> & {
        /** Of the truth; null where it has no bout. */
        readonly meanBoutSec: number | null;
      }
    >
  >;
}

/** Points of a curve of precision over recall, as lists that JSON can hold; null = not defined. */
export interface CurvePoints {
  readonly threshold: readonly number[];
  readonly precision: readonly (number | null)[];
  readonly recall: readonly (number | null)[];
}

/** How well predicted behavior meets the truth: plain JSON data. */
export interface BehaviorEvaluation {
  /** Order of `confusion`. */
  readonly behaviors: readonly string[];
  /** Behaviors that macro means are over: those that occur in truth or prediction, without the background. */
  readonly averagedOver: readonly string[];
  readonly background: readonly string[];
  readonly frames: {
    readonly counted: number;
    /** Left unscored by the truth. */
    readonly unscored: number;
    /** Scored, without a prediction. */
    readonly unpredicted: number;
    /** Scored, behind the end of the prediction. */
    readonly cut: number;
  };
  readonly accuracy: number;
  /** Mean of the F1 scores of `averagedOver`. */
  readonly macroF1: number;
  /** F1 of mean precision and mean recall of `averagedOver`: the other definition of macro F1. */
  readonly macroF1OfMeans: number | null;
  readonly macroPrecision: number | null;
  readonly macroRecall: number | null;
  /** Mean of the F1 scores of all behaviors that occur, the background among them. */
  readonly macroF1WithBackground: number;
  readonly weightedF1: number | null;
  readonly macroAveragePrecision: number | null;
  readonly macroBoutF1: number | null;
  readonly macroAnnotationF1: number | null;
  readonly macroPredictionF1: number | null;
  /** Frames by truth (row) and prediction (column): shape `[behavior, behavior]`. */
  readonly confusion: readonly (readonly number[])[];
  readonly perBehavior: Readonly<Record<string, BehaviorScores>>;
  readonly perRecording: readonly RecordingScores[];
  /** Null with fewer than two sessions. */
  readonly ranges: EvaluationRanges | null;
  /** Null without other annotators. */
  readonly humans: HumanScores | null;
  readonly settings: {
    readonly minimumOverlap: number;
    readonly tolerance: { readonly frames: number } | { readonly sec: number };
    readonly thresholds: 'distinct' | 'even';
    readonly lengths: LengthRule;
  };
  /** By behavior; only where there are scores. At most about 400 points each, or 100 even thresholds. */
  readonly curves: Readonly<Record<string, CurvePoints>>;
  /** Lists that figures are drawn from, by behavior. */
  readonly distributions: Readonly<
    Record<
      string,
      {
        /** Durations of bouts, seconds. */
        readonly truthBoutSec: readonly number[];
        readonly predictedBoutSec: readonly number[];
        /** Differences of overlapping bouts, prediction minus truth, seconds. */
        readonly onsetSec: readonly number[];
        readonly offsetSec: readonly number[];
      }
    >
  >;
  /** What a reader must know: what was left out, what is undefined; list of sentences. */
  readonly notes: readonly string[];
}
