export {
  type AnnotationConflict,
  type Annotations,
  createAnnotations,
  type FrameBase,
  findAnnotationConflicts,
  truthAnnotator,
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
export { adjustPValues, type Correction, correctionNames } from './math/statistics/adjust-p-values.js';
export { type AgreementResult, type Category, sortedCategories } from './math/statistics/agreement-result.js';
export { type ComparedGroup, describeReplication, type Replication } from './math/statistics/animal-values.js';
export {
  type BootstrapEstimate,
  type BootstrapEstimateOptions,
  bootstrapDifference,
  bootstrapInterval,
  type ClusterLabels,
  type SampleStatistic,
} from './math/statistics/bootstrap-estimate.js';
export {
  type BootstrapInterval,
  type BootstrapMethod,
  type BootstrapOptions,
  bootstrapIntervals,
} from './math/statistics/bootstrap-intervals.js';
export {
  chooseTest,
  type GroupTestName,
  type PostHocName,
  postHocTitles,
  type TestChoice,
  type TestSituation,
  testTitles,
} from './math/statistics/choose-test.js';
export {
  type CategoryScores,
  type ClassificationScores,
  type ClassificationScoresOptions,
  classificationScores,
  scoresOfConfusion,
  type UndefinedScoreRule,
} from './math/statistics/classification-scores.js';
export {
  type CompareGroupsOptions,
  type ComparisonBracket,
  compareGroups,
  type GroupComparison,
  type GroupDescription,
} from './math/statistics/compare-groups.js';
export {
  createDesignMatrix,
  type DesignMatrix,
  type DesignTerm,
  type FixedEffect,
} from './math/statistics/design-matrix.js';
export {
  chiSquareQuantile,
  chiSquareTails,
  fQuantile,
  fTails,
  noncentralFTails,
  noncentralTTails,
  normalQuantile,
  normalTails,
  studentizedRangeQuantile,
  studentizedRangeTails,
  studentTQuantile,
  studentTTails,
} from './math/statistics/distributions.js';
export {
  type FriedmanOptions,
  friedmanTest,
  nemenyiTest,
  type PairwiseSignedRankOptions,
  pairwiseSignedRankTests,
} from './math/statistics/friedman.js';
export {
  type CohensKappaOptions,
  cohensKappa,
  countRatings,
  fleissKappa,
  type KappaWeights,
} from './math/statistics/kappa.js';
export { type KrippendorffOptions, krippendorffAlpha, type RatingScale } from './math/statistics/krippendorff.js';
export {
  type DunnOptions,
  dunnTest,
  type KruskalWallisOptions,
  kruskalWallis,
} from './math/statistics/kruskal-wallis.js';
export { type LeveneOptions, leveneTest } from './math/statistics/levene.js';
export { linearMixedModel } from './math/statistics/linear-mixed-model.js';
export {
  formatNumber,
  formatP,
  type MethodsFacts,
  methodsSentence,
  reportTest,
  significanceStars,
} from './math/statistics/methods-sentence.js';
export { likelihoodRatioTest, testMixedModelContrast } from './math/statistics/mixed-model-contrasts.js';
export type {
  LinearMixedModel,
  MixedModelCoefficient,
  MixedModelOptions,
  MixedModelRows,
} from './math/statistics/mixed-model-result.js';
export {
  type GroupTestOptions,
  oneWayAnova,
  type VarianceResult,
  type VarianceSource,
  welchAnova,
} from './math/statistics/one-way-anova.js';
export {
  type PermutationStatistic,
  type PermutationTestOptions,
  permutationTest,
} from './math/statistics/permutation-test.js';
export {
  type RankMethod,
  type RankP,
  type RankSumOptions,
  type RankSumSummary,
  rankSumEffects,
  rankSumPValue,
  rankSumTest,
} from './math/statistics/rank-sum.js';
export {
  type CorrectedF,
  type RepeatedMeasuresOptions,
  type RepeatedMeasuresResult,
  repeatedMeasuresAnova,
  type SphericityCorrection,
} from './math/statistics/repeated-measures-anova.js';
export { shapiroWilk } from './math/statistics/shapiro-wilk.js';
export { type SignedRankOptions, signedRankTest } from './math/statistics/signed-rank.js';
export type { Tails } from './math/statistics/special-functions.js';
export {
  cohensD,
  cohensDFromT,
  type DifferenceFromT,
  hedgesCorrection,
  hedgesG,
  hedgesGFromT,
  type StandardizedDifferenceOptions,
} from './math/statistics/standardized-differences.js';
export {
  type GroupSummary,
  oneSampleTTest,
  type PublishedT,
  pairedTTest,
  type SummaryTTestOptions,
  type TTestOptions,
  tTest,
  tTestFromSummary,
  tTestFromT,
  welchTTest,
} from './math/statistics/t-tests.js';
export type {
  Alternative,
  ConfidenceInterval,
  Effect,
  MissingRule,
  PairwiseComparison,
  TestResult,
} from './math/statistics/test-result.js';
export { gamesHowellTest, tukeyHsd } from './math/statistics/tukey.js';
export { checkStoreName, checkStorePrefix, MemoryStore } from './memory-store.js';
export { type PickleSource, type Unpickled, unpickle } from './pickle/unpickle.js';
export { PickleCallable, PickleObject, PickleRefusal, type PickleVocabulary } from './pickle/vocabulary.js';
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
export { Sha256, sha256 } from './sha256.js';
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
export { crc32 } from './zip/crc32.js';
export { writeZip, type ZipContent } from './zip/write-zip.js';
export { readZip, readZipEntry, type ZipEntry } from './zip/zip.js';
