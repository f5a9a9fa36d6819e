export { type OpenFieldBehavior, openFieldBehaviors, type PhantomBouts } from './behaviors.js';
export { labelPhantom, type PhantomLabelOptions, phantomImageName } from './labels.js';
export type { Arena, ArenaObject } from './open-field/arena.js';
export { type CoatName, coatNames } from './open-field/coats.js';
export { type BackgroundKind, backgroundKinds, type Lighting } from './open-field/floor.js';
export type { MouseOptions, OpenFieldOptions } from './open-field/options.js';
export { openFieldSkeleton } from './open-field/skeleton.js';
export { createPhantom, type PhantomOptions } from './phantom.js';
export type { CameraOptions, Phantom } from './recording.js';
export { reachPhases } from './staircase/limb.js';
export type { StaircaseOptions } from './staircase/options.js';
export { pelletStates } from './staircase/pellets.js';
export { type ReachProfile, reachOutcomes, reachProfiles } from './staircase/reaches.js';
export {
  type StaircasePellets,
  type StaircasePhantom,
  type StaircaseReaches,
  staircaseSkeleton,
} from './staircase/staircase.js';
export { type OpenFieldLook, phantomVariant } from './variant.js';
