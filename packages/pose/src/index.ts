export { augmentPicture, augmentPoints, mirroredOrder } from './augment/augment.js';
export { type Augmentation, drawAugmentation, type SampleFrame } from './augment/draw.js';
export { type AugmentSettings, checkAugmentSettings, unvaried } from './augment/settings.js';
export { type LabelStatistics, labelStatistics } from './dataset/label-statistics.js';
export { type PictureReader, type PoseSampling, poseDataset } from './dataset/pose-dataset.js';
export { imageName, type PoseSamples, poseSamples } from './dataset/pose-samples.js';
export {
  type HeldOutLike,
  imageNames,
  NEIGHBOR_FRAMES,
  type PoseSplit,
  type SplitOptions,
  splitImages,
} from './dataset/split.js';
export { peaksOfResults, withPeaks } from './decode/peak-graph.js';
export { findPeaks, type PeakMaps, type Peaks } from './decode/peaks.js';
export { pointsOfPeaks } from './decode/points.js';
export {
  allAreasPx2,
  largeAreaPx2,
  mediumAreaPx2,
  type PoseAveragePrecision,
  type PoseAveragePrecisionOptions,
  poseAveragePrecision,
  posePrecisionRecall,
  type SimilarityScores,
  scoreSimilarity,
} from './evaluate/average-precision.js';
export {
  type BoxAveragePrecision,
  type BoxImage,
  boxAveragePrecision,
  boxOverlap,
  boxPrecisionRecall,
} from './evaluate/box-average-precision.js';
export {
  type CalibrationError,
  type ConfidenceCalibration,
  calibrateKeypoints,
  measureCalibration,
  type PoseCalibration,
  type ReliabilityBin,
} from './evaluate/calibration.js';
export { constantHits, mostPointsInReach } from './evaluate/constant-prediction.js';
export {
  type Corruption,
  type CorruptionKind,
  corruptionKinds,
  corruptionLevels,
  corruptPicture,
} from './evaluate/corruptions.js';
export {
  type DeepLabCutPrecision,
  type DeepLabCutPrecisionOptions,
  deepLabCutAveragePrecision,
} from './evaluate/deeplabcut-precision.js';
export {
  type CorrectedPrecision,
  correctionOrder,
  type ErrorCostOptions,
  measureErrorCosts,
  type PoseErrorCosts,
  type PoseErrorName,
} from './evaluate/error-costs.js';
export type { ErrorIntervals, ErrorStatistics } from './evaluate/error-statistics.js';
export {
  type EstimatedSigma,
  type EstimateSigmaOptions,
  estimateSigma,
  type SigmaFormula,
} from './evaluate/estimate-sigma.js';
export {
  type BodyLengthStatistics,
  type CutoffStatistics,
  type EvaluationOptions,
  evaluatePairs,
  evaluatePose,
  type KeypointStatistics,
  type PoseEvaluation,
  pairDistances,
} from './evaluate/evaluate-pose.js';
export {
  type KeypointPrecisionRecall,
  type KeypointPrecisionRecallOptions,
  keypointPrecisionRecall,
} from './evaluate/keypoint-precision-recall.js';
export { labelsFromTracks } from './evaluate/labels-from-tracks.js';
export { type DistanceScale, type DistanceUnit, pxPerUnit } from './evaluate/length-of-pairs.js';
export {
  areaAround,
  type Box,
  boxAround,
  objectSimilarity,
  type SimilarityOptions,
} from './evaluate/object-similarity.js';
export { type OccludedPicture, occludePicture, occlusionShares, type TexturedOccluder } from './evaluate/occluders.js';
export {
  type ConditionAccuracy,
  evaluateOcclusion,
  OCCLUSION_SCORE_VERSION,
  type OcclusionCondition,
  type OcclusionEvaluation,
  type OcclusionOptions,
  type OcclusionPredictions,
  occlusionScore,
  occlusionSkill,
} from './evaluate/occlusion-score.js';
export { type ExtraAnimal, type PairingOptions, type PosePairs, pairPredictions } from './evaluate/pair-predictions.js';
export {
  type CorrectKeypoints,
  type CorrectKeypointsOptions,
  correctKeypoints,
} from './evaluate/percentage-correct.js';
export {
  type ClassifiedMatch,
  classifyPoseErrors,
  type KeypointState,
  keypointStates,
  type PoseErrorOptions,
  type PoseErrors,
} from './evaluate/pose-errors.js';
export {
  type AreaSource,
  type InstanceImage,
  type InstanceSimilarityOptions,
  instancesOfPairs,
  type LabeledInstance,
  type PredictedInstance,
} from './evaluate/pose-instances.js';
export {
  checkPredictedFrames,
  type PredictedFrames,
  predictedFromPictures,
  predictedFromTracks,
} from './evaluate/predicted-frames.js';
export {
  type AveragePrecision,
  type PrecisionRecall,
  recallLevels,
  similarityThresholds,
} from './evaluate/ranked-precision.js';
export {
  type CorruptionCurve,
  type CorruptionEvaluation,
  conditionName,
  evaluateCorruptions,
  pictureUnder,
  type RobustnessCondition,
  relativeLoss,
  robustnessConditions,
} from './evaluate/robustness.js';
export {
  type FixedSigmaName,
  fixedSigmas,
  namedSigma,
  type SigmaTableName,
  sigmaTables,
} from './evaluate/sigma-tables.js';
export { spectralArcLength } from './evaluate/spectral-arc-length.js';
export {
  type KeypointSteadiness,
  measureTemporal,
  type TemporalMeasures,
  type TemporalOptions,
  type TemporalUnit,
} from './evaluate/temporal.js';
export { findWorstFrames, type WorstFrame, type WorstPoint } from './evaluate/worst-frames.js';
export {
  type ApplyFiltersOptions,
  applyFilters,
  type FilterEffect,
  type FilteredTracks,
} from './filter/apply-filters.js';
export {
  checkFilterSteps,
  type FilterStep,
  type FilterStepInput,
  filterSpecSchema,
  filterStepSchema,
  parseFilterSteps,
} from './filter/spec.js';
export type { TrackChunk, TrackSink } from './infer/chunk-writer.js';
export {
  type ComparePrecisionOptions,
  comparePrecision,
  type PrecisionComparison,
  type ShiftSummary,
} from './infer/compare-precision.js';
export { type InputFiller, inputFiller } from './infer/fill-input.js';
export { type FollowCarry, type FollowOptions, type SeenBox, seenBox } from './infer/follow.js';
export { type MeasureFollowOptions, measureFollow } from './infer/measure-follow.js';
export {
  imageFromInput,
  inputFromImage,
  type Placement,
  placeRegion,
  type Region,
  regionAround,
} from './infer/placement.js';
export type { PoseModel, PoseNetworkBuilder } from './infer/pose-graph.js';
export { type PicturePose, predictPictures } from './infer/predict-pictures.js';
export {
  type CalibrationPicture,
  openPosePredictor,
  type PosePoints,
  type PosePrecision,
  type PosePredictor,
  type PredictorOptions,
  type RegionNetwork,
} from './infer/predictor.js';
export type { TrackProgress } from './infer/progress.js';
export { sampleFrames, spreadFrames } from './infer/sample-frames.js';
export { type TrackFramesOptions, trackFrames } from './infer/track-frames.js';
export { type ModelCard, modelCardSchema, parseModelCard } from './model/card.js';
export {
  checkModelFits,
  modelFiles,
  readPoseModel,
  type StoredPoseModel,
  writePoseModel,
} from './model/model-folder.js';
export {
  buildPoseNetwork,
  isPoseNetworkName,
  type PoseHeads,
  type PoseImageSize,
  type PoseNetworkName,
  type PoseNetworkPlan,
  poseInferenceNetwork,
  poseNetworkNames,
  sizeMultiple,
} from './network/pose-network.js';
export type { FrameLook, KeptLooks } from './select/read-looks.js';
export {
  type FrameSelection,
  type SelectedFrame,
  type SelectFramesOptions,
  type SelectionMethod,
  selectFrames,
} from './select/select-frames.js';
export { scoreFitResiduals, scoreJumps, scoreUncertainty } from './select/track-scores.js';
export { type PoseTargets, pointStates, poseTargets, type TargetPlan } from './targets/targets.js';
export {
  evaluateHeldOut,
  type HeldOutImages,
  type HeldOutOptions,
  labelsOfImages,
  predictImages,
} from './train/held-out.js';
export { type PoseLossWeights, poseLoss } from './train/pose-loss.js';
export { type PosePreset, posePreset } from './train/preset.js';
export type { TrainingLimit } from './train/run-file.js';
export { readRunLabels, writeRunLabels } from './train/run-labels.js';
export { trainPoseModel } from './train/train-pose-model.js';
export type {
  PoseSample,
  PoseTrainingOptions,
  PoseTrainingProgress,
  PoseTrainingResult,
  StartingWeights,
} from './train/training-options.js';
export { type PictureSize, planTraining, type TrainingPlan } from './train/training-plan.js';
export type { BatchPlan, OpenBatches, TrainerJob, TrainingRuntime } from './train/training-runtime.js';
