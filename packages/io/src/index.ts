export type { ByteSource } from './formats/byte-source.js';
export {
  type ConfigChanges,
  type DeepLabCutConfig,
  type DeepLabCutVideo,
  readDeepLabCutConfig,
  writeDeepLabCutConfig,
} from './formats/deeplabcut/config.js';
export type { DeepLabCutLabels } from './formats/deeplabcut/label-table.js';
export {
  type DeepLabCutImage,
  type DeepLabCutProject,
  type ProjectOptions as DeepLabCutProjectOptions,
  readDeepLabCutProject,
} from './formats/deeplabcut/project.js';
export type { FileProblem, FileProblemCode, ReadOptions, Report } from './formats/file-problem.js';
export { type PictureSize, readPictureSize } from './formats/picture-size.js';
