export { type AnnotationRaster, annotationRaster } from './annotators/bouts/annotation-raster.js';
export {
  type AgreementOrReason,
  type ChanceAgreement,
  type FrameRatings,
  measureChanceAgreement,
  rateFrames,
} from './annotators/bouts/chance-agreement.js';
export {
  type AnnotatorPair,
  type AnnotatorScoring,
  agreementOf,
  type CompareScoringsOptions,
  compareScorings,
  majoritySpans,
  type ScoringAgreement,
  type ScoringComparison,
  type ScoringOfRecording,
} from './annotators/bouts/compare-scorings.js';
export {
  type BoutColumns,
  type ComparedSides,
  type ComparedStream,
  comparedSides,
  type DifferingStretches,
  type DisagreementOptions,
  disagreementOf,
} from './annotators/bouts/disagreement.js';
export { type FrameLabels, labelsOnFrames } from './annotators/bouts/labels-on-frames.js';
export {
  type BoutMatch,
  type DifferenceSummary,
  matchBouts,
  scoreBouts,
  scoreEvents,
  summarizeDifferences,
  type TimingDifferences,
  timingDifferences,
} from './annotators/bouts/match-bouts.js';
export {
  findOutlyingAnnotators,
  modifiedZScores,
  type OutlyingAnnotator,
  type OutlyingOptions,
  type OutlyingReason,
} from './annotators/bouts/outlying-annotators.js';
export {
  type DetectionAmounts,
  type DetectionScores,
  poolScores,
  scoresOfAmounts,
  scoreTime,
} from './annotators/bouts/overlap-scores.js';
export {
  type AgreementUnit,
  annotatorsOf,
  type BehaviorSpans,
  behaviorSpans,
  type ScoredRecording,
  type ScoringOptions,
  sharedBehaviors,
} from './annotators/bouts/scored-recording.js';
export { compareSelfAndOthers, type PairF1, type SelfAndOthers } from './annotators/bouts/self-and-others.js';
export { intersectSpans, lengthOfSpans, type Spans, spansInFrames, spansOfMany } from './annotators/bouts/spans.js';
export {
  type AnnotatorAgreement,
  type AnnotatorBand,
  type AnnotatorDistance,
  type CompareAnnotatorsOptions,
  compareAnnotators,
} from './annotators/points/annotator-distances.js';
export {
  type AnimalEllipses,
  annotatorEllipses,
  pooledEllipses,
  type ScatterEllipse,
  scatterEllipse,
} from './annotators/points/annotator-ellipses.js';
export { consensusLabels } from './annotators/points/consensus-labels.js';
export {
  type ConsensusSimulationOptions,
  publishedConsensusErrors,
  type SimulatedError,
  simulateConsensus,
} from './annotators/points/consensus-simulation.js';
export {
  type ExchangeCount,
  type ExchangeReport,
  exchangeSides,
  findLeftRightExchanges,
  type LeftRightExchange,
  type UndecidedPair,
} from './annotators/points/left-right-exchanges.js';
export type { AnnotatorScale } from './annotators/points/length-scale.js';
export type { BehaviorModel, BehaviorModelCard } from './classify/behavior-model.js';
export { type ClassifiedRecording, type ClassifyOptions, classifyRecording } from './classify/classify-recording.js';
export { shiftLabels } from './classify/control-labels.js';
export { type CrossValidation, type CrossValidationOptions, crossValidate } from './classify/cross-validate.js';
export {
  applyDecision,
  type Decision,
  type DecisionOptions,
  type FittedDecision,
  fitDecision,
} from './classify/decision.js';
export {
  type ClassWeights,
  defaultTrees,
  type FamilyOptions,
  familyName,
  type Strategy,
  type TreeSettings,
} from './classify/families.js';
export { type CoarseNames, type FoldRules, foldBehavior, foldTruth } from './classify/fold-behaviors.js';
export { decodeFold, encodeFold, type FoldResult } from './classify/fold-file.js';
export {
  type FrameTruthNote,
  type FrameTruthOptions,
  frameTruth,
  type LabeledTruth,
} from './classify/frame-truth.js';
export { type LabelsToAnnotations, labelsToAnnotations } from './classify/labels-to-annotations.js';
export { findLeaks, type LeakReport } from './classify/leaks.js';
export { type LearningCurveOptions, type LearningPoint, learningCurve } from './classify/learning-curve.js';
export {
  type LogisticModel,
  type LogisticOptions,
  predictLogistic,
  trainLogistic,
} from './classify/logistic-regression.js';
export { behaviorModelFromFiles, behaviorModelToFiles } from './classify/model-files.js';
export { type ModelRows, type ModelRowsOptions, sampleModelRows } from './classify/model-rows.js';
export { findColumns, keepFeatures, keepWithin, pickColumns, readRows } from './classify/read-rows.js';
export type { SamplingOptions } from './classify/sample-frames.js';
export { type Scorer, scoreRecording } from './classify/scorer.js';
export type { TemporalSettings } from './classify/temporal-family.js';
export {
  type LearningPlan,
  type ModelWithMembers,
  type ModelWithPredictions,
  planLearning,
  type TrainingOptions,
  type TrainingSettings,
  trainBehaviorModel,
  trainWithMembers,
} from './classify/train-behavior-model.js';
export { type ClassCount, planClasses, type TrainingRecording } from './classify/training-recording.js';
export { plainTrees, type TreeEngine } from './classify/tree-engine.js';
export {
  type BodyPart,
  type BodyPartOptions,
  bodyPartAt,
  type EncounterPoints,
  relabelByBodyPart,
} from './cohort/body-parts.js';
export { type BoutMeasures, boutDurations, measureBouts } from './cohort/bout-measures.js';
export { type ConditionValue, conditionsOfSubject, numberOfCondition, orderedValues } from './cohort/conditions.js';
export {
  type CohortDesign,
  type CohortGroup,
  type CohortLevel,
  type CohortRow,
  type DesignOptions,
  designGroups,
  type LeftOut,
  type UnitOfAnalysis,
} from './cohort/design.js';
export { type AnimalCourse, type GroupCourse, groupTimeCourses } from './cohort/group-time-course.js';
export {
  type BoutMeasure,
  type BoutMeasureName,
  boutMeasureTable,
  boutMeasureValue,
  type MeasuredValue,
} from './cohort/measures.js';
export {
  type AnimalPath,
  type Movement,
  measureMovement,
  type PathOptions,
  type PathStep,
  walkPath,
} from './cohort/movement.js';
export {
  type BoutOptions,
  checkBoutOptions,
  type DistinctBouts,
  distinctBouts,
  type Observation,
  stretchesOf,
} from './cohort/observation.js';
export { isInRegion, measureRegion, type RegionOptions, type RegionVisits, shapeInUnit } from './cohort/regions.js';
export {
  type AnalyzedPart,
  analyzedPart,
  analyzedSecondsBefore,
  analyzedStretches,
  type Stretch,
  secondsOfStretches,
  stretchAfter,
} from './cohort/stretches.js';
export { type TimeCourse, timeCourses } from './cohort/time-course.js';
export {
  countTransitions,
  sumTransitions,
  type TransitionOptions,
  type Transitions,
  transitionProbabilities,
} from './cohort/transitions.js';
export type {
  BehaviorEvaluation,
  BehaviorScores,
  CurvePoints,
  RecordingScores,
  TruthAndPredicted,
} from './evaluate/behavior-evaluation.js';
export type { BehaviorRanges, EvaluationRanges, Range } from './evaluate/behavior-intervals.js';
export { countRunsByOther, scoreBoutsByBoundary } from './evaluate/bout-scores.js';
export {
  type ComparePredictionsOptions,
  comparePredictions,
  type PredictionComparison,
  type ScoreDifference,
} from './evaluate/compare-predictions.js';
export { type EvaluateBehaviorOptions, evaluateBehavior } from './evaluate/evaluate-behavior.js';
export { type FrameTruth, unscoredLabel } from './evaluate/frame-truth-type.js';
export type { AnnotatorLabels, AnnotatorScores, FrameAgreement, HumanScores } from './evaluate/human-scores.js';
export {
  averagePrecision,
  evenThresholdCurve,
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RankedScores,
  rankScores,
  thinCurve,
} from './evaluate/precision-recall-curve.js';
export {
  type LabelRun,
  type LengthRule,
  labelRuns,
  type ScoredFrames,
  scoredFrames,
  spansOfRuns,
  unionOfBehaviors,
} from './evaluate/scored-frames.js';
export type { ScoringSettings } from './evaluate/scored-recordings.js';
export type { FeatureBlock, FeatureInfo, FeatureSource } from './features/feature-block.js';
export {
  collectFeatures,
  createFeatureSource,
  describeFeatureSpec,
  type FeatureContext,
  type FeatureSpec,
  type MarsFeatureSpec,
  parseFeatureSpec,
  planFeatures,
} from './features/feature-set.js';
export { type GeneralFeatureContext, generalFeatures } from './features/general/general-features.js';
export { type FeatureGroup, featureGroups } from './features/general/measure.js';
export type { FeaturePlan, GroupLeftOut, PlannedGroup } from './features/general/plan.js';
export {
  type BodyRole,
  type BodyRoles,
  bodyRoles,
  type GuessedRoles,
  guessBodyRoles,
  resolveRoles,
} from './features/general/roles.js';
export {
  contextWindows,
  type ExchangeStatistic,
  exchangeStatistics,
  type GeneralFeatureSpec,
} from './features/general/spec.js';
export { defineMarsFeature, type MarsMode, type MarsUnits } from './features/mars/definitions.js';
export {
  type MarsFeatureOptions,
  marsFeatures,
  marsWindowedFeatures,
  marsWindows,
} from './features/mars/mars-features.js';
export { keypointsOfMars, type MarsRoles, type NamedMice, residentAndIntruder } from './features/mars/mice.js';
export { marsFeatureNames, marsIntruderFeatures, marsPixelFeatures, marsPoints } from './features/mars/names.js';
export type { ArenaEdges } from './features/mars/percentile-arena.js';
export { type CoatOptions, type ResidentByCoat, residentByCoat } from './features/mars/resident-by-coat.js';
export {
  type ExactFeatureBlock,
  type ExactFeatureSource,
  type WindowOptions,
  type WindowSpec,
  type WindowStatistic,
  windowedFeatures,
  windowFrames,
  windowStatisticNames,
} from './features/windows.js';
export { applyRule, framesOfRule, type RuleBouts, type RuleColumns, type RuleTime } from './rules/apply-rule.js';
export { parseRule } from './rules/parse-rule.js';
export {
  columnsOfRule,
  isRuleGroup,
  type Rule,
  type RuleCondition,
  type RuleGroup,
  ruleText,
} from './rules/rule.js';
export {
  applyCalibration,
  type Calibration,
  type CalibrationData,
  type CalibrationKind,
  fitCalibration,
} from './smooth/calibration.js';
export {
  type BoutDurations,
  type DurationOptions,
  type DurationTable,
  durationTables,
  fitDurations,
} from './smooth/durations.js';
export { type ForwardBackwardOptions, forwardBackwardSmooth } from './smooth/forward-backward-smooth.js';
export type { FrameRun, SequenceStarts } from './smooth/frame-runs.js';
export { type MarkovChain, smoothStates } from './smooth/hidden-markov.js';
export { type MergeOptions, mergeByHighest } from './smooth/merge-by-highest.js';
export { type MinBoutOptions, minBoutFilter } from './smooth/min-bout-filter.js';
export { parseSmoother } from './smooth/parse-smoother.js';
export {
  fitSemiMarkov,
  type SemiMarkovDecoding,
  type SemiMarkovOptions,
  type SemiMarkovStream,
  semiMarkov,
  semiMarkovStream,
} from './smooth/semi-markov.js';
export type { SemiMarkovDecode, SemiMarkovModel } from './smooth/semi-markov-model.js';
export {
  applySmoother,
  type FitSmootherOptions,
  fitSmoother,
  type Smoothed,
  type Smoother,
  type SmootherKind,
  smootherKinds,
} from './smooth/smoother.js';
export type { SmoothingData } from './smooth/smoothing-data.js';
export {
  fitTwoStateHmm,
  type HmmDecoding,
  type TwoStateHmm,
  type TwoStateHmmOptions,
  twoStateHmm,
} from './smooth/two-state-hmm.js';
export type { InputScaling } from './temporal/input-scaling.js';
export {
  type PredictTemporalOptions,
  predictTemporal,
  predictTemporalWhole,
  type TemporalBlock,
} from './temporal/predict-temporal.js';
export {
  parseTemporalCard,
  readTemporalModel,
  type TemporalCard,
  type TemporalModel,
  writeTemporalModel,
} from './temporal/temporal-model.js';
export type { TemporalArchitecture, TemporalDropout, TemporalOutput } from './temporal/temporal-network.js';
export type { TemporalRecording } from './temporal/temporal-recording.js';
export { directTemporalRuntime, type TemporalRuntime, type TemporalTrainerJob } from './temporal/temporal-runtime.js';
export {
  type ClassWeighting,
  type TemporalProgress,
  type TemporalTraining,
  type TrainTemporalOptions,
  trainTemporalNetwork,
} from './temporal/train-temporal.js';
export { arenaFromCorners, arenaFromPercentiles } from './tracks/arena.js';
export { type BodyLengthOptions, bodyLengthOf, type TrackedBodyLength } from './tracks/body-length.js';
export {
  type ArenaCalibration,
  calibrationFromArena,
  calibrationFromNumber,
  calibrationFromPoints,
} from './tracks/calibrate.js';
export { clearDoubledAnimals, type DoubledOptions, type UndoubledTracks } from './tracks/clear-doubled-animals.js';
export { type ClearedTracks, clearFalsePositions, type FalsePositionCounts } from './tracks/clear-false-positions.js';
export {
  findIdentitySwaps,
  type IdentityHint,
  type IdentitySwap,
  type IdentitySwapOptions,
  trackedDistances,
} from './tracks/identity-swaps.js';
export { type LinkOptions, linkAnimals } from './tracks/link-animals.js';
export { repairIdentitySwaps, undoIdentityRepairs } from './tracks/repair-identity-swaps.js';
export { type ResampleOptions, resampleTracks } from './tracks/resample-tracks.js';
export { type BinEdges, type BinEdgesOptions, createBinEdges } from './trees/bins/bin-edges.js';
export { BinnedRows, createBinnedRows } from './trees/bins/binned-rows.js';
export { featureImportance, type ImportanceKind } from './trees/explain/feature-importance.js';
export { treeShap } from './trees/explain/tree-shap.js';
export { type PredictTreesOptions, predictTrees } from './trees/model/predict.js';
export type { TreeEnsemble, TreeObjective } from './trees/model/tree-ensemble.js';
export { type ForestOptions, trainForest } from './trees/train/train-forest.js';
export { trainTrees } from './trees/train/train-trees.js';
export type { TreeOptions, TreeRound, TreeValidation } from './trees/train/tree-options.js';
export { type ReadXgboostOptions, treeEnsembleFromXgboost } from './trees/xgboost/read-xgboost.js';
export { treeEnsembleToXgboost, type WriteXgboostOptions } from './trees/xgboost/write-xgboost.js';
