export {
  DomainError,
  type DomainErrorOptions,
  FormatError,
  type FormatProblem,
  IntegrityError,
  StorageError,
  UnavailableError,
} from './errors.js';
export { joinBytes } from './join-bytes.js';
export { createLabeledFrames, type LabeledFrames, type LabeledImage, visibilities } from './labeled-frames.js';
export { checkStoreName, checkStorePrefix, MemoryStore } from './memory-store.js';
export type { ByteStore, ChunkSink, Frame, FrameSource, Picture } from './ports.js';
export { createPoseTracks, type PoseSpace, type PoseTracks } from './pose-tracks.js';
export type { Provenance, ProvenanceInput } from './provenance.js';
export { hashText, Random, type RandomState } from './random.js';
export {
  createSkeleton,
  guessRoles,
  guessSymmetries,
  type KeypointRole,
  type OksSigma,
  type Skeleton,
  type SkeletonOptions,
} from './skeleton.js';
export { createTimeBase, frameAtSeconds, secondsOfFrame, type TimeBase } from './time-base.js';
export {
  type Calibration,
  type CameraView,
  createVideo,
  type FullCalibration,
  type PlaneCalibration,
  type Video,
} from './video.js';
