import type { CameraOptions } from '../recording.js';
import { requireColor, requireNumber, requireOneOf } from '../require-options.js';
import { layout } from './layout.js';

/** Coats that the side view knows. */
export const staircaseCoats = ['black', 'white', 'agouti'] as const;

/** A mouse that reaches for pellets on a staircase, seen from the side. */
export interface StaircaseOptions {
  readonly scene: 'staircase';
  /** Everything random follows from it: a safe integer. */
  readonly seed: number;
  readonly frameCount: number;
  /** Default 120. */
  readonly fps?: number;
  /** Default 640. */
  readonly widthPx?: number;
  /** Default 512. */
  readonly heightPx?: number;
  /** Scale; default: the scene's 8 cm fill the width. */
  readonly pxPerCm?: number;
  /** Whose reaching: see `reachProfiles`; default intact. */
  readonly condition?: 'intact' | 'impaired';
  /** Default black. */
  readonly coat?: (typeof staircaseCoats)[number];
  /** Brightness of the light, 1 is usual. */
  readonly brightness?: number;
  /** Color of the back wall, 0..255, list of 3. */
  readonly wallColor?: readonly [number, number, number];
  /** Color of the steps, 0..255, list of 3. */
  readonly stepColor?: readonly [number, number, number];
  readonly camera?: Omit<CameraOptions, 'heightCm'>;
}

/** Options of a staircase with every choice made. */
export type ResolvedStaircase = Required<Omit<StaircaseOptions, 'camera' | 'scene'>> & {
  readonly camera: Required<Omit<CameraOptions, 'heightCm'>>;
};

/**
 * Returns the options with defaults, checked.
 * @throws RangeError naming the option, what it must be and its value.
 */
export function resolveStaircase(options: StaircaseOptions): ResolvedStaircase {
  const widthPx = requireNumber('widthPx', options.widthPx ?? 640, 16, 8192, true);
  return {
    seed: requireNumber('seed', options.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true),
    frameCount: requireNumber('frameCount', options.frameCount, 1, 100_000_000, true),
    fps: requireNumber('fps', options.fps ?? 120, 1, 1000),
    widthPx,
    heightPx: requireNumber('heightPx', options.heightPx ?? 512, 16, 8192, true),
    pxPerCm: requireNumber('pxPerCm', options.pxPerCm ?? widthPx / layout.widthCm, 1, 2000),
    condition: requireOneOf('condition', options.condition ?? 'intact', ['intact', 'impaired']),
    coat: requireOneOf('coat', options.coat ?? 'black', staircaseCoats),
    brightness: requireNumber('brightness', options.brightness ?? 1, 0.05, 3),
    wallColor: requireColor('wallColor', options.wallColor ?? [176, 178, 180]),
    stepColor: requireColor('stepColor', options.stepColor ?? [92, 98, 108]),
    camera: {
      noise: requireNumber('camera.noise', options.camera?.noise ?? 3, 0, 64),
      blurPx: requireNumber('camera.blurPx', options.camera?.blurPx ?? 0.8, 0, 8),
      exposure: requireNumber('camera.exposure', options.camera?.exposure ?? 0.4, 0, 1),
      drift: requireNumber('camera.drift', options.camera?.drift ?? 0.02, 0, 0.8),
      vignette: requireNumber('camera.vignette', options.camera?.vignette ?? 0.25, 0, 1),
      monochrome: options.camera?.monochrome ?? true,
    },
  };
}
