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
