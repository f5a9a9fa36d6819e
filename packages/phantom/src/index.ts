export { type OpenFieldBehavior, openFieldBehaviors, type PhantomBouts } from './behaviors.js';
export type { Arena, ArenaObject } from './open-field/arena.js';
export { type CoatName, coatNames } from './open-field/coats.js';
export { type BackgroundKind, backgroundKinds, type Lighting } from './open-field/floor.js';
export type { CameraOptions, MouseOptions, OpenFieldOptions } from './open-field/options.js';
export { openFieldSkeleton } from './open-field/skeleton.js';
export { createPhantom, type PhantomOptions } from './phantom.js';
export type { Phantom } from './recording.js';
