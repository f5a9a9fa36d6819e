import { UnavailableError } from './errors.js';
import type { PoseSpace, PoseTracks } from './pose-tracks.js';
import type { Provenance } from './provenance.js';
import type { Calibration } from './video.js';

/** What lengths are measured in; px and body lengths need no calibration. */
export type LengthUnit = 'px' | 'cm' | 'body lengths';

/** Unit of a feature. `1` is a number without unit, such as a ratio or a probability. */
export type Unit =
  | LengthUnit
  | `${LengthUnit}^2`
  | `${LengthUnit}/s`
  | `${LengthUnit}/s^2`
  | 'rad'
  | 'rad/s'
  | 's'
  | '1/s'
  | 'frames'
  | '1';

/** What is known of the sizes in a picture. */
export interface LengthScale {
  readonly calibration?: Calibration | undefined;
  /** Length of the animal in px, for body lengths. */
  readonly bodyLengthPx?: number | undefined;
}

/** Returns the unit of positions in a space. */
export function unitOfSpace(space: PoseSpace): 'px' | 'cm' {
  return space === 'image' ? 'px' : 'cm';
}

/**
 * Returns px per cm of a camera that looks straight at a plane.
 * @param purpose What needs it, for the message, such as `speed in cm/s`.
 * @throws UnavailableError with the way to calibrate.
 */
export function pxPerCmOf(calibration: Calibration | undefined, purpose: string): number {
  if (calibration === undefined) {
    throw new UnavailableError(`${purpose} needs a calibration, and this video has none`, {
      hint: 'Measure something of known length in the picture, such as a side of the arena: px per cm is its length in px divided by its length in cm. Store it as the calibration of the video, or choose px or body lengths.',
    });
  }
  if (calibration.kind === 'camera') {
    throw new UnavailableError(`${purpose} needs px per cm of a plane, and this video has a full camera calibration`, {
      hint: 'Map the points into the arena with the camera first, or add a plane calibration of the floor.',
    });
  }
  return calibration.pxPerCm;
}

function lengthInPx(unit: LengthUnit, scale: LengthScale, purpose: string): number {
  if (unit === 'px') return 1;
  if (unit === 'cm') return pxPerCmOf(scale.calibration, purpose);
  const { bodyLengthPx } = scale;
  if (bodyLengthPx === undefined || !(bodyLengthPx > 0)) {
    throw new UnavailableError(`${purpose} needs the length of the body, and it is not known`, {
      hint: 'Give the skeleton its nose and tail base as roles, and label or track some frames with both.',
    });
  }
  return bodyLengthPx;
}

const parts = /^(px|cm|body lengths)(\^2)?(\/s(?:\^2)?)?$/;

/**
 * Returns the factor that turns numbers of one unit into another: `px/s` to `cm/s` with 10 px per cm is 0.1.
 * @throws RangeError for units of different kinds; UnavailableError with the way to calibrate where sizes are not known.
 */
export function unitFactor(from: Unit, to: Unit, scale: LengthScale = {}): number {
  if (from === to) return 1;
  const [a, b] = [parts.exec(from), parts.exec(to)];
  if (a === null || b === null || a[2] !== b[2] || a[3] !== b[3]) {
    throw new RangeError(`units: ${from} cannot become ${to}`);
  }
  const purpose = `a conversion from ${from} to ${to}`;
  const factor = lengthInPx(a[1] as LengthUnit, scale, purpose) / lengthInPx(b[1] as LengthUnit, scale, purpose);
  return a[2] === undefined ? factor : factor ** 2;
}

/**
 * Returns tracks of an image in cm of its plane (`space: 'arena'`): px from the center of the top-left pixel divided by
 * px per cm. Boxes stay in px of the image.
 * @throws RangeError for tracks that are not in image px; UnavailableError with the way to calibrate.
 */
export function tracksInCm(
  tracks: PoseTracks,
  calibration: Calibration | undefined,
  { versions = {} }: { versions?: Provenance['versions'] } = {},
): PoseTracks {
  if (tracks.space !== 'image') throw new RangeError(`tracks in cm: space must be image, got ${tracks.space}`);
  const pxPerCm = pxPerCmOf(calibration, 'tracks in cm');
  return {
    ...tracks,
    space: 'arena',
    position: tracks.position.map((value) => value / pxPerCm),
    provenance: {
      operation: 'calibrate',
      versions,
      inputs: [],
      parameters: { pxPerCm },
      parents: [tracks.provenance],
      ...(tracks.provenance.synthetic !== undefined && { synthetic: tracks.provenance.synthetic }),
    },
  };
}
