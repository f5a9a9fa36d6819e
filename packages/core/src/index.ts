export {
  type AnnotationConflict,
  type Annotations,
  createAnnotations,
  type FrameBase,
  findAnnotationConflicts,
} from './annotations.js';
export { type ClockMap, createClockMap, fitClockMap, invertClockMap, mapSeconds } from './clock-map.js';
export {
  DomainError,
  type DomainErrorOptions,
  FormatError,
  type FormatProblem,
  IntegrityError,
  StorageError,
  UnavailableError,
} from './errors.js';
export { type Behavior, type BehaviorOptions, createEthogram, type Ethogram, lineage } from './ethogram.js';
export { createFeatureTable, type FeatureColumn, type FeatureTable, featureKey } from './feature-table.js';
export { createFrameScores, type FrameScores } from './frame-scores.js';
export { joinBytes } from './join-bytes.js';
export { createLabeledFrames, type LabeledFrames, type LabeledImage, visibilities } from './labeled-frames.js';
export { type Assignment, assign } from './math/assignment.js';
export { type BootstrapOptions, bootstrapIntervals, type Interval } from './math/bootstrap.js';
export { choleskyFactor, multiplyMatrices, solveLinear, transposeMatrix } from './math/dense.js';
export { hermite, pchipSlopes } from './math/interpolate.js';
export { type Clusters, type KMeansOptions, kMeans } from './math/k-means.js';
export { type MiddleMethod, middleOfPoints } from './math/point-middle.js';
export { mean, median, quantile, quantileOfSorted, sortedNumbers } from './math/quantiles.js';
export { runningMedian } from './math/running-median.js';
export {
  polynomialWeights,
  type SavitzkyGolayOptions,
  savitzkyGolay,
  savitzkyGolayWeights,
} from './math/savitzky-golay.js';
export type {
  Alternative,
  ConfidenceInterval,
  Effect,
  MissingRule,
  PairwiseComparison,
  TestResult,
} from './math/statistics/test-result.js';
export { checkStoreName, checkStorePrefix, MemoryStore } from './memory-store.js';
export type { ByteStore, ChunkSink, Frame, FrameSource, Picture } from './ports.js';
export { createPoseTracks, type PoseSpace, type PoseTracks } from './pose-tracks.js';
export { createProjectContents, type NamedSplit, type ProjectContents } from './project-contents.js';
export type { Provenance, ProvenanceInput } from './provenance.js';
export { hashText, Random, type RandomState } from './random.js';
export {
  createRecording,
  type Exclusion,
  type Recording,
  type RecordingOptions,
  type Region,
  type RegionShape,
} from './recording.js';
export {
  createSignal,
  type Signal,
  type SignalChannel,
  sampleAtVideoSeconds,
  videoSecondsOfSample,
} from './signal.js';
export {
  createSkeleton,
  guessRoles,
  guessSymmetries,
  type KeypointRole,
  type OksSigma,
  type Skeleton,
  type SkeletonOptions,
} from './skeleton.js';
export {
  foldsByGroup,
  leaveOneGroupOut,
  type NamedSplitOptions,
  type NeighborLeak,
  neighborLeak,
  type RandomSplitOptions,
  type Split,
  type SplitFractions,
  splitByGroup,
  splitFrames,
} from './splits.js';
export { createTimeBase, frameAtSeconds, secondsOfFrame, type TimeBase } from './time-base.js';
export {
  type LengthScale,
  type LengthUnit,
  pxPerCmOf,
  tracksInCm,
  type Unit,
  unitFactor,
  unitOfSpace,
} from './units.js';
export {
  type Calibration,
  type CameraView,
  createVideo,
  type FullCalibration,
  type PlaneCalibration,
  type Video,
} from './video.js';
