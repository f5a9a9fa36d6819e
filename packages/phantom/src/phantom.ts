import { createOpenField } from './open-field/open-field.js';
import type { OpenFieldOptions } from './open-field/options.js';
import type { Phantom } from './recording.js';
import { requireOneOf } from './require-options.js';
import type { StaircaseOptions } from './staircase/options.js';
import { createStaircase, type StaircasePhantom } from './staircase/staircase.js';

/** What a phantom shows, and everything that can be chosen about it. */
export type PhantomOptions = OpenFieldOptions | StaircaseOptions;

/**
 * Returns a synthetic recording with its truth; the same options give the same bytes on one JavaScript engine.
 * @throws RangeError naming the option, what it must be and its value.
 * @example
 * const phantom = createPhantom({ scene: 'open-field', seed: 1, frameCount: 300 });
 * const frame = await phantom.source.frame(12);
 */
export function createPhantom(options: StaircaseOptions): StaircasePhantom;
export function createPhantom(options: PhantomOptions): Phantom;
export function createPhantom(options: PhantomOptions): Phantom {
  requireOneOf('scene', options.scene, ['open-field', 'staircase']);
  return options.scene === 'open-field' ? createOpenField(options) : createStaircase(options);
}
