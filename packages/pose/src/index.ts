export { peaksOfResults, withPeaks } from './decode/peak-graph.js';
export { findPeaks, type PeakMaps, type Peaks } from './decode/peaks.js';
export { pointsOfPeaks } from './decode/points.js';
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
export { type InputFiller, inputFiller } from './infer/fill-input.js';
export type { FollowCarry, FollowOptions } from './infer/follow.js';
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
export { type TrackFramesOptions, trackFrames } from './infer/track-frames.js';
export { type ModelCard, modelCardSchema, parseModelCard } from './model/card.js';
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
