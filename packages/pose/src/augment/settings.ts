/**
 * How training pictures are varied. Amounts are the largest; each sample draws its own below them. Probabilities are 0..1.
 * The order is that of light on its way into a file: geometry, occluders, blur, tone, noise, compression.
 */
export interface AugmentSettings {
  /** Turn of up to this either way; 180 is any direction. */
  readonly rotationDeg: number;
  /** Range of the factor on the scale, drawn evenly in its logarithm. */
  readonly scale: readonly [number, number];
  /** Shift of up to this share of the output's width and height either way. */
  readonly shift: number;
  /** Probability of mirroring left and right; left and right keypoints change their names with it. */
  readonly mirror: number;
  /** Contrast changes by a factor in `1 / (1 + contrast)` to `1 + contrast`. */
  readonly contrast: number;
  /** Brightness changes by up to this share of the full range. */
  readonly brightness: number;
  /** Gamma is drawn in `1 / (1 + gamma)` to `1 + gamma`. */
  readonly gamma: number;
  /** Each color channel's gain changes by up to this share. */
  readonly color: number;
  /** Gaussian noise with a standard deviation of up to this, in levels of 0..255. */
  readonly noiseStd: number;
  readonly noiseProbability: number;
  /** Gaussian blur with a standard deviation of up to this many px of the output. */
  readonly blurPx: number;
  readonly blurProbability: number;
  /** Blur along a line of up to this many px of the output, in any direction. */
  readonly motionBlurPx: number;
  readonly motionBlurProbability: number;
  /** JPEG artefacts down to this quality (1..100). */
  readonly jpegQuality: number;
  readonly jpegProbability: number;
  /** Up to this many rectangles and ellipses hide parts of the picture. */
  readonly occluders: number;
  /** Largest side of an occluder as a share of the output's shorter side. */
  readonly occluderSize: number;
  readonly occluderProbability: number;
}

/** No variation at all: a sample is the whole picture at its scale. */
export const unvaried: AugmentSettings = {
  rotationDeg: 0,
  scale: [1, 1],
  shift: 0,
  mirror: 0,
  contrast: 0,
  brightness: 0,
  gamma: 0,
  color: 0,
  noiseStd: 0,
  noiseProbability: 0,
  blurPx: 0,
  blurProbability: 0,
  motionBlurPx: 0,
  motionBlurProbability: 0,
  jpegQuality: 100,
  jpegProbability: 0,
  occluders: 0,
  occluderSize: 0,
  occluderProbability: 0,
};

/** Throws RangeError naming the setting that is out of its range. */
export function checkAugmentSettings(settings: AugmentSettings): void {
  const check = (name: string, value: number, low: number, high: number) => {
    if (!(value >= low && value <= high)) {
      throw new RangeError(`augmentation ${name}: must be in ${low}..${high}, got ${value}`);
    }
  };
  check('rotationDeg', settings.rotationDeg, 0, 180);
  check('scale[0]', settings.scale[0], 0.05, 20);
  check('scale[1]', settings.scale[1], settings.scale[0], 20);
  for (const name of ['shift', 'brightness', 'color', 'occluderSize'] as const) check(name, settings[name], 0, 1);
  for (const name of ['contrast', 'gamma'] as const) check(name, settings[name], 0, 10);
  for (const name of [
    'mirror',
    'noiseProbability',
    'blurProbability',
    'motionBlurProbability',
    'jpegProbability',
    'occluderProbability',
  ] as const) {
    check(name, settings[name], 0, 1);
  }
  check('noiseStd', settings.noiseStd, 0, 255);
  check('blurPx', settings.blurPx, 0, 20);
  check('motionBlurPx', settings.motionBlurPx, 0, 50);
  check('jpegQuality', settings.jpegQuality, 1, 100);
  check('occluders', settings.occluders, 0, 100);
}
