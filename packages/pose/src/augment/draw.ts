import type { Random } from '@zoopraxis/core';
import { type Affine, turnedAbout } from './affine.js';
import type { Occluder } from './occlude.js';
import type { AugmentSettings } from './settings.js';
import type { Tone } from './tone.js';

/** What happens to one sample, drawn from the settings: plain data. */
export interface Augmentation {
  /** Takes a point of the source picture to the output. */
  readonly outputFromSource: Affine;
  /** Whether left and right have changed places. */
  readonly mirrored: boolean;
  /** Color outside the source, list of red, green and blue in 0..255. */
  readonly fill: readonly [number, number, number];
  readonly occluders: readonly Occluder[];
  /** 0 where there is none. */
  readonly blurPx: number;
  readonly motionBlur: { readonly lengthPx: number; readonly angleRad: number } | undefined;
  readonly tone: Tone | undefined;
  readonly noise: { readonly std: number; readonly gray: boolean } | undefined;
  readonly jpegQuality: number | undefined;
}

/** The frame in which a sample is drawn. */
export interface SampleFrame {
  /** Scale of the network's input against the source. */
  readonly scale: number;
  /** Size of the output. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Point of the source, `[2]`, that comes to the middle of the output before the shift. */
  readonly centerPx: readonly [number, number];
  /** Color outside the source where it is not drawn, list of red, green and blue in 0..255. */
  readonly fill: readonly [number, number, number];
}

/** Returns a number between `1 / (1 + amount)` and `1 + amount`, its logarithm evenly spread. */
const factor = (rng: Random, amount: number): number => (1 + amount) ** rng.between(-1, 1);

/** Returns one sample's augmentation; all chance comes from `rng`. */
export function drawAugmentation(settings: AugmentSettings, frame: SampleFrame, rng: Random): Augmentation {
  const { widthPx, heightPx, centerPx } = frame;
  const mirrored = rng.uniform() < settings.mirror;
  const angleRad = (settings.rotationDeg * Math.PI * rng.between(-1, 1)) / 180;
  const scale = frame.scale * Math.exp(rng.between(Math.log(settings.scale[0]), Math.log(settings.scale[1])));
  const middle: [number, number] = [
    (widthPx - 1) / 2 + widthPx * settings.shift * rng.between(-1, 1),
    (heightPx - 1) / 2 + heightPx * settings.shift * rng.between(-1, 1),
  ];
  const outputFromSource = turnedAbout({ angleRad, scale, mirror: mirrored }, centerPx, middle);
  const happens = (probability: number): boolean => rng.uniform() < probability;
  const color = (): [number, number, number] => {
    const level = rng.between(0, 255);
    return [0, 1, 2].map(() => Math.min(255, Math.max(0, Math.round(level + rng.between(-25, 25))))) as [
      number,
      number,
      number,
    ];
  };
  const varied = settings.rotationDeg > 0 || settings.shift > 0 || settings.scale[0] < 1;
  const fill = varied && happens(0.5) ? color() : frame.fill;
  const occluders: Occluder[] = [];
  if (settings.occluders > 0 && happens(settings.occluderProbability)) {
    const largest = settings.occluderSize * Math.min(widthPx, heightPx);
    for (let count = 1 + rng.integer(settings.occluders); count > 0; count--) {
      const [across, down] = [rng.between(0.2, 1) * largest, rng.between(0.2, 1) * largest];
      occluders.push({
        shape: happens(0.5) ? 'rectangle' : 'ellipse',
        leftPx: rng.between(0, widthPx) - across / 2,
        topPx: rng.between(0, heightPx) - down / 2,
        widthPx: across,
        heightPx: down,
        color: color(),
      });
    }
  }
  const blurPx = happens(settings.blurProbability) ? rng.between(0.3, Math.max(0.3, settings.blurPx)) : 0;
  const motionBlur = happens(settings.motionBlurProbability)
    ? { lengthPx: rng.between(2, Math.max(2, settings.motionBlurPx)), angleRad: rng.between(0, Math.PI) }
    : undefined;
  const gain = (): number => 1 + settings.color * rng.between(-1, 1);
  const toned = settings.contrast > 0 || settings.brightness > 0 || settings.gamma > 0 || settings.color > 0;
  const tone: Tone | undefined = toned
    ? {
        contrast: factor(rng, settings.contrast),
        brightness: 255 * settings.brightness * rng.between(-1, 1),
        gamma: factor(rng, settings.gamma),
        gains: [gain(), gain(), gain()],
      }
    : undefined;
  const noise = happens(settings.noiseProbability)
    ? { std: rng.between(0, settings.noiseStd), gray: happens(0.5) }
    : undefined;
  const jpegQuality = happens(settings.jpegProbability) ? Math.round(rng.between(settings.jpegQuality, 95)) : undefined;
  return { outputFromSource, mirrored, fill, occluders, blurPx, motionBlur, tone, noise, jpegQuality };
}
