export { type ByteReader, openReader, type PiecewiseStore, writePieces } from './bytes/piecewise.js';
export type { BoutFile, BoutReadOptions } from './formats/annotations/bout-file.js';
export type { FrameWriteOptions } from './formats/annotations/bout-frames.js';
export {
  type BoutColumn,
  type BoutTableOptions,
  boutColumns,
  readBoutTable,
} from './formats/annotations/read-bout-table.js';
export { shareScored } from './formats/annotations/share-scored.js';
export { type BoutTableWriteOptions, writeBoutTable } from './formats/annotations/write-bout-table.js';
export {
  type BentoManifest,
  type BentoManifestOptions,
  type BentoManifestRow,
  isBentoManifest,
  readBentoManifest,
} from './formats/bento/read-manifest.js';
export { type BentoWriteOptions, writeBentoAnnotations } from './formats/bento/write-annotations.js';
export { type BorisWriteOptions, writeBorisEvents } from './formats/boris/write-events.js';
export { type BorisProjectOptions, writeBorisProject } from './formats/boris/write-project.js';
export {
  type BoutFileOptions,
  boutFormats,
  type ReadBoutFile,
  readBoutFile,
} from './formats/bout-files.js';
export type { ByteSource } from './formats/byte-source.js';
export { type CaltechReadOptions, readCaltechAnnotations } from './formats/caltech/read-annotations.js';
export { type CaltechWriteOptions, writeCaltechAnnotations } from './formats/caltech/write-annotations.js';
export { readCoco } from './formats/coco/read-coco.js';
export { type CocoWriteOptions, writeCoco } from './formats/coco/write-coco.js';
export { readTextTable, type TextRow, type TextTable, type TextTableOptions } from './formats/csv/read-table.js';
export {
  type ConfigChanges,
  type DeepLabCutConfig,
  type DeepLabCutVideo,
  readDeepLabCutConfig,
  writeDeepLabCutConfig,
} from './formats/deeplabcut/config.js';
export type { DeepLabCutLabels } from './formats/deeplabcut/label-table.js';
export type { AnimalRows } from './formats/deeplabcut/pickles/animal-rows.js';
export {
  type DeepLabCutAssemblies,
  type DeepLabCutTracklets,
  readDeepLabCutAssemblies,
  readDeepLabCutTracklets,
} from './formats/deeplabcut/pickles/read-animals.js';
export {
  type DeepLabCutDetections,
  type DeepLabCutEvaluation,
  type EdgeAffinities,
  type EvaluatedPicture,
  type KeypointDetections,
  type PictureDetections,
  readDeepLabCutDetections,
  readDeepLabCutEvaluation,
  readDeepLabCutPlainPickle,
} from './formats/deeplabcut/pickles/read-detections.js';
export {
  type DeepLabCutImage,
  type DeepLabCutProject,
  type ProjectOptions as DeepLabCutProjectOptions,
  readDeepLabCutProject,
} from './formats/deeplabcut/project.js';
export { readDeepLabCutLabels } from './formats/deeplabcut/read-labels.js';
export {
  readDeepLabCutTracks,
  readDeepLabCutTracksCsv,
  readDeepLabCutTracksHdf5,
} from './formats/deeplabcut/read-tracks.js';
export type { DeepLabCutTracks, TrackOptions as DeepLabCutTrackOptions } from './formats/deeplabcut/track-builder.js';
export {
  type LabelWriteOptions as DeepLabCutLabelWriteOptions,
  writeDeepLabCutLabelsCsv,
  writeDeepLabCutLabelsHdf5,
} from './formats/deeplabcut/write-labels.js';
export {
  type ProjectWriteOptions as DeepLabCutProjectWriteOptions,
  writeDeepLabCutProject,
} from './formats/deeplabcut/write-project.js';
export {
  deepLabCutTracksCsvPieces,
  deepLabCutTracksHdf5Pieces,
  type TrackHdf5Options as DeepLabCutTrackHdf5Options,
  type TrackWriteOptions as DeepLabCutTrackWriteOptions,
  writeDeepLabCutTracksCsv,
  writeDeepLabCutTracksHdf5,
} from './formats/deeplabcut/write-tracks.js';
export { type DlcAnalyzerLabels, readDlcAnalyzerLabels } from './formats/dlcanalyzer/read-labels.js';
export type { FileProblem, FileProblemCode, ReadOptions, Report } from './formats/file-problem.js';
export { readJabs } from './formats/jabs/read-jabs.js';
export {
  type MarsFeatureFile,
  type MarsFeatureReadOptions,
  readMarsFeatures,
  writeMarsFeatures,
} from './formats/mars/feature-npz.js';
export {
  type MarsPoseReadOptions,
  type MarsPoseWriteOptions,
  marsKeypoints,
  marsSkeleton,
  readMarsPose,
  writeMarsPose,
} from './formats/mars/pose-json.js';
export type { NumpyValues } from './formats/numpy/element-type.js';
export type { NumpyArray } from './formats/numpy/numpy-vocabulary.js';
export { type NumpyReadOptions, readNpy, readNpz } from './formats/numpy/read-npy.js';
export { type NpyContent, writeNpy, writeNpz } from './formats/numpy/write-npy.js';
export { readNwb } from './formats/nwb/read-nwb.js';
export { type PictureSize, readPictureSize } from './formats/picture-size.js';
export type { PoseCodec, PoseWriteOptions } from './formats/pose-codec.js';
export type { FileTracks, PoseFile, PoseReadOptions } from './formats/pose-file.js';
export { poseCodecs, readPoseFile, type SniffedFormat, sniffFormat } from './formats/registry.js';
export {
  type FrameBoutsOptions,
  type FrameTableKind,
  frameTableKind,
  readFrameBouts,
} from './formats/simba/read-frame-bouts.js';
export { writeSimbaTargets } from './formats/simba/write-targets.js';
export { readSleapAnalysis } from './formats/sleap/read-analysis.js';
export { readSleapMetrics, type SleapMetrics } from './formats/sleap/read-metrics.js';
export { readSleap, readSleapImages, type SleapImage } from './formats/sleap/read-sleap.js';
export { writeSleapAnalysis } from './formats/sleap/write-analysis.js';
export { type SleapWriteOptions, writeSleap } from './formats/sleap/write-sleap.js';
export { naturalOrder } from './media/natural-order.js';
export type { VideoInformation, VideoSource } from './media/video-information.js';
export type { BoutEdit } from './project/bouts/bout-edits.js';
export type { Bout, BoutEntry, BoutStreamKey } from './project/bouts/bout-entry.js';
export type { BoutStreamSummary } from './project/bouts/bout-store.js';
export type { IdentifiedAnnotations } from './project/bouts/bout-stream.js';
export type { ImageProblem } from './project/check-images.js';
export { isFileName } from './project/file-name.js';
export type { UndoWords } from './project/journal/entry-heads.js';
export type { JournalDamage } from './project/journal/segments.js';
export type { EditedPoint, LabelEdit } from './project/labels/entry-builder.js';
export type { LabelEntry, PointData } from './project/labels/label-entry.js';
export type { LabelConflict, LabelSummary } from './project/labels/label-state.js';
export { type Manifest, manifestName, projectVersion, type VideoEntry } from './project/manifest.js';
export type { MergeReport } from './project/mirror/mirror.js';
export {
  type CreateProjectOptions,
  createProject,
  type OpenProjectOptions,
  openProject,
} from './project/open-project.js';
export {
  type ChangedLabels,
  type ImportOptions,
  Project,
  type RecordBoutsOptions,
  type RecordOptions,
  type ReverseOptions,
  type SentEdit,
} from './project/project.js';
export { entryOfRecording, type RecordingEntry, recordingOfEntry } from './project/recording-entry.js';
export { canonicalJson } from './records/canonical-json.js';
export { hashBytes } from './records/hash.js';
export {
  createProvenance,
  findOutOfDate,
  hashProvenance,
  type OutOfDate,
  type PresentState,
} from './records/provenance.js';
export type { AnnotationsFooter, AnnotationsTable, RecordedAnnotations } from './tables/annotations-layout.js';
export {
  type FrameTable,
  type FrameTableBlock,
  type FrameTableColumn,
  type FrameTableFooter,
  type FrameTableHeader,
  readFrameTable,
  readFrameTableFooter,
  writeFrameTable,
} from './tables/frame-table.js';
export { type ReadAnnotationsOptions, readAnnotationsFooter, readAnnotationsTable } from './tables/read-annotations.js';
export { type ReadTracksOptions, readTracksFile, readTracksFooter, readTracksGroups } from './tables/read-tracks.js';
export { headerOf, type TracksChunk, type TracksFooter, type TracksHeader } from './tables/tracks-layout.js';
export { openTracksSink, type TracksSink, type TracksSinkOptions } from './tables/tracks-sink.js';
export { writeAnnotationsTable } from './tables/write-annotations.js';
export { writeTracksFile } from './tables/write-tracks.js';
