export { gradientsOf, MissingGradientError } from './differentiate/gradients-of.js';
export {
  type QuantizationReport,
  type QuantizedTensor,
  type QuantizeOptions,
  quantizeModel,
} from './export/quantize.js';
export { type ExportOptions, exportModel } from './export/standalone.js';
export { type EmitOptions, type EmittedGraph, emitGraph, type FormChoices, OPSET } from './graph/emit.js';
export type { Initializer } from './graph/initializer.js';
export {
  type BuiltNetwork,
  buildNetwork,
  initialWeights,
  parameterCount,
  type WeightArrays,
} from './graph/network.js';
export {
  allOperations,
  apply,
  applyAll,
  defineOperation,
  type EmitCall,
  type Emitter,
  type GradientCall,
  type GradientRule,
  type Operation,
  type OperationDefinition,
  type Target,
} from './graph/operation.js';
export { type Declarations, Scope } from './graph/scope.js';
export {
  type Call,
  constant,
  type DataType,
  input,
  type Leaf,
  type RandomFill,
  type Tensor,
  type TensorArray,
  type TensorType,
  type Value,
} from './graph/value.js';
export { type AttentionOptions, causalMask, multiHeadAttention } from './layers/attention.js';
export { type BatchNormalizationOptions, batchNormalization } from './layers/batch-normalization.js';
export { type ConvolutionLayerOptions, convolution, transposedConvolution } from './layers/convolution.js';
export { channelDropout, type DropoutOptions, dropout, sampleDropout } from './layers/dropout.js';
export { affine, type LinearOptions, linear } from './layers/linear.js';
export { causalConvolution } from './layers/long-convolution.js';
export { groupNormalization, layerNormalization } from './layers/normalization.js';
export { s4Kernel } from './layers/s4.js';
export { type KernelOptions, s4dKernel } from './layers/s4d.js';
export { type StateSpaceOptions, stateSpace } from './layers/state-space.js';
export {
  joinWindows,
  partitionWindows,
  type WindowAttentionOptions,
  windowAttention,
} from './layers/window-attention.js';
export { binaryCrossEntropy, binaryFocal, type FocalOptions } from './losses/binary.js';
export { crossEntropy, focal, type LabelOptions } from './losses/classification.js';
export { infoNce, klDivergence } from './losses/divergence.js';
export type { Reduction, ReductionOptions } from './losses/reduction.js';
export { huber, meanAbsoluteError, meanSquaredError, smoothL1, type WeightedOptions } from './losses/regression.js';
export type { Backbone, BackboneOptions, BackboneResult, Stage } from './models/backbone.js';
export { type BackboneName, backbones } from './models/backbones.js';
export { type EfficientNetOptions, efficientnetB0, efficientnetB3 } from './models/efficientnet.js';
export { type MobileNetV2Options, mobilenetV2 } from './models/mobilenet-v2.js';
export { resnet50, resnet101, resnet152 } from './models/resnet.js';
export { type UnetOptions, unet } from './models/unet.js';
export { decodeModel } from './onnx/decode.js';
export { encodeModel } from './onnx/encode.js';
export type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxTypeName,
  OnnxValueInfo,
} from './onnx/model.js';
export {
  clip,
  gelu,
  hardSigmoid,
  hardSwish,
  logSigmoid,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './ops/activation.js';
export { add, div, maximum, minimum, mul, scale, sub } from './ops/arithmetic.js';
export { type BatchNormResult, batchNorm, batchNormFrozen, type FusedActivation, positive } from './ops/batch-norm.js';
export { cast, equal, greater, maskGradient, stopGradient, where } from './ops/compare.js';
export {
  addChannelBias,
  conv1d,
  conv2d,
  convTranspose2d,
  type TransposedConvolutionOptions,
} from './ops/convolution.js';
export type { ConvolutionOptions } from './ops/convolution-geometry.js';
export { argMax, gather, oneHot, scatterAdd } from './ops/gather.js';
export { groupNorm, layerNorm, type NormOptions } from './ops/layer-norm.js';
export { matmul } from './ops/matmul.js';
export { averagePool2d, globalAveragePool2d, maxPool2d, type PoolOptions } from './ops/pooling.js';
export { depthToSpace, expandAxes, roll, spaceToDepth, split, stack } from './ops/rearrange.js';
export { max, mean, type ReduceOptions, sum } from './ops/reduce.js';
export { resizeBilinear, resizeNearest } from './ops/resize.js';
export { broadcastTo, concat, pad, reshape, type SliceRange, slice, transpose } from './ops/shape.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { abs, cos, erf, exp, log, neg, power, reciprocal, sign, sin, sqrt, square } from './ops/unary.js';
export type { PlateauSettings } from './optimize/plateau.js';
export {
  byEpoch,
  type CosineOptions,
  cosine,
  exponential,
  multiStep,
  type Schedule,
  warmUp,
} from './optimize/schedule.js';
export {
  type AdamSettings,
  type GradientClipping,
  type GroupRule,
  type OptimizerSettings,
  type ParameterMatch,
  type RmsPropSettings,
  type SgdSettings,
  vectorsWithoutDecay,
} from './optimize/settings.js';
export type { Backend, DeviceName, Session, SessionOptions, TensorMap } from './runtime/backend.js';
export { type BatchOptions, type BatchSource, type Dataset, datasetBatches, stepsPerEpoch } from './train/batches.js';
export { Checkpoints, weightsOfCheckpoint } from './train/checkpoint.js';
export { type EngineOptions, TrainingEngine } from './train/engine.js';
export { DivergenceError, SampleError } from './train/errors.js';
export { train } from './train/loop.js';
export type {
  CheckpointOptions,
  EarlyStopping,
  EvaluationContext,
  EvaluationOptions,
  Resumption,
  TrainOptions,
  TrainProgress,
  TrainResult,
} from './train/loop-options.js';
export {
  type CompileOptions,
  compileTraining,
  type RandomSpec,
  type TensorSpec,
  type TrainingGraph,
  type TrainingProgram,
  trainingGraph,
} from './train/program.js';
export type { StepOptions, StepResult, Trainer, TrainerInfo } from './train/trainer.js';
export {
  type DownloadEntry,
  type DownloadedWeights,
  type DownloadOptions,
  downloadWeights,
} from './weights/download.js';
export { type LoadedWeights, type LoadOptions, loadWeights, type WeightMismatch } from './weights/load.js';
export { readOnnxInitializers } from './weights/onnx-initializers.js';
export { type PytorchFile, readPytorch } from './weights/pytorch.js';
export { PRETRAINED, type PretrainedEntry, type PretrainedNetwork, pretrainedEntry } from './weights/registry.js';
export { readSafetensors, type Safetensors, writeSafetensors } from './weights/safetensors.js';
export type { TransferProgress } from './weights/transfer.js';
export { float32Tensor, toFloat32, type WeightSet, type WeightTensor, type WeightType } from './weights/weight-set.js';
