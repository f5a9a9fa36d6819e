import type { CameraOptions } from '../recording.js';
import { requireColor, requireNumber, requireOneOf } from '../require-options.js';
import type { Arena } from './arena.js';
import { type CoatName, coatNames } from './coats.js';
import { type BackgroundKind, backgroundKinds, type Lighting } from './floor.js';
import type { View } from './view.js';

/** One mouse of an open field. */
export interface MouseOptions {
  /** Default `mouse1`, `mouse2`; with two mice `resident`, `intruder`. */
  readonly name?: string;
  /** Default black, the second white. */
  readonly coat?: CoatName;
  /** Nose to tail base at rest; default 8.8. */
  readonly lengthCm?: number;
  /** Width against the usual; default 1. */
  readonly girth?: number;
}

/** An open field with one or two mice, seen from above. */
export interface OpenFieldOptions {
  readonly scene: 'open-field';
  /** Everything random follows from it: a safe integer. */
  readonly seed: number;
  readonly frameCount: number;
  /** Default 30. */
  readonly fps?: number;
  /** Default 640. */
  readonly widthPx?: number;
  /** Default 480. */
  readonly heightPx?: number;
  /** Scale on the floor; default: the arena fills 86 % of the image. */
  readonly pxPerCm?: number;
  /** One or two; default one black mouse. */
  readonly mice?: readonly MouseOptions[];
  /** Default: a rectangle of 42 x 31.5 cm with walls of 18 cm and no objects. */
  readonly arena?: Partial<Arena>;
  /** Default plain. */
  readonly background?: BackgroundKind;
  /** Color of the floor, 0..255, list of 3. */
  readonly floorColor?: readonly [number, number, number];
  /** Color of the walls, 0..255, list of 3. */
  readonly wallColor?: readonly [number, number, number];
  readonly lighting?: Partial<Lighting>;
  readonly camera?: CameraOptions;
  /** A cable on the head of the first mouse; default none. */
  readonly cable?: boolean;
}

/** Options of an open field with every choice made. */
export interface ResolvedOpenField {
  readonly seed: number;
  readonly frameCount: number;
  readonly fps: number;
  readonly view: View;
  readonly mice: readonly Required<MouseOptions>[];
  readonly arena: Arena;
  readonly background: BackgroundKind;
  readonly floorColor: readonly [number, number, number];
  readonly wallColor: readonly [number, number, number];
  readonly lighting: Lighting;
  readonly camera: Required<CameraOptions>;
  readonly cable: boolean;
}

const floorColors: Readonly<Record<BackgroundKind, readonly [number, number, number]>> = {
  plain: [206, 204, 198],
  woodchip: [196, 166, 122],
  sawdust: [178, 150, 112],
  grid: [198, 200, 200],
  tape: [186, 186, 180],
  paper: [222, 220, 214],
};

/**
 * Returns the options with defaults, checked.
 * @throws RangeError naming the option, what it must be and its value.
 */
export function resolveOpenField(options: OpenFieldOptions): ResolvedOpenField {
  requireNumber('seed', options.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true);
  const frameCount = requireNumber('frameCount', options.frameCount, 1, 100_000_000, true);
  const fps = requireNumber('fps', options.fps ?? 30, 1, 1000);
  const widthPx = requireNumber('widthPx', options.widthPx ?? 640, 16, 8192, true);
  const heightPx = requireNumber('heightPx', options.heightPx ?? 480, 16, 8192, true);
  const given = options.mice ?? [{}];
  if (given.length < 1 || given.length > 2) throw new RangeError(`mice: must be one or two, got ${given.length}`);
  const arena: Arena = {
    shape: 'rectangle',
    widthCm: 42,
    heightCm: options.arena?.shape === 'circle' ? (options.arena.widthCm ?? 42) : 31.5,
    wallHeightCm: 18,
    objects: [],
    ...options.arena,
  };
  requireOneOf('arena.shape', arena.shape, ['rectangle', 'circle']);
  requireNumber('arena.widthCm', arena.widthCm, 18, 1000);
  requireNumber('arena.heightCm', arena.heightCm, 18, 1000);
  if (arena.shape === 'circle' && arena.widthCm !== arena.heightCm) {
    throw new RangeError(`arena.heightCm: must be arena.widthCm (${arena.widthCm}) in a circle, got ${arena.heightCm}`);
  }
  const cameraHeightCm = requireNumber(
    'camera.heightCm',
    options.camera?.heightCm ?? 2.4 * Math.max(arena.widthCm, arena.heightCm),
    20,
    10_000,
  );
  requireNumber('arena.wallHeightCm', arena.wallHeightCm, 0, 0.8 * cameraHeightCm);
  for (const [index, object] of arena.objects.entries()) {
    const name = `arena.objects[${index}]`;
    requireOneOf(`${name}.kind`, object.kind, ['cylinder', 'block', 'bridge']);
    requireNumber(`${name}.xCm`, object.xCm, 0, arena.widthCm);
    requireNumber(`${name}.yCm`, object.yCm, 0, arena.heightCm);
    requireNumber(`${name}.sizeCm`, object.sizeCm, 0.5, arena.widthCm);
    requireNumber(`${name}.heightCm`, object.heightCm, 0.2, 0.8 * cameraHeightCm);
    if (object.color !== undefined) requireColor(`${name}.color`, object.color);
  }
  const names = given.length === 1 ? ['mouse1'] : ['resident', 'intruder'];
  const mice = given.map((mouse, index) => ({
    name: mouse.name ?? names[index]!,
    coat: requireOneOf(`mice[${index}].coat`, mouse.coat ?? (index === 0 ? 'black' : 'white'), coatNames),
    lengthCm: requireNumber(`mice[${index}].lengthCm`, mouse.lengthCm ?? 8.8, 5, 14),
    girth: requireNumber(`mice[${index}].girth`, mouse.girth ?? 1, 0.7, 1.5),
  }));
  if (mice[0]!.name === mice[1]?.name) throw new RangeError(`mice: names must differ, got ${mice[0]!.name} twice`);
  const camera = {
    noise: requireNumber('camera.noise', options.camera?.noise ?? 3, 0, 64),
    blurPx: requireNumber('camera.blurPx', options.camera?.blurPx ?? 0.8, 0, 8),
    exposure: requireNumber('camera.exposure', options.camera?.exposure ?? 0.35, 0, 1),
    drift: requireNumber('camera.drift', options.camera?.drift ?? 0.04, 0, 0.8),
    vignette: requireNumber('camera.vignette', options.camera?.vignette ?? 0.22, 0, 1),
    monochrome: options.camera?.monochrome ?? false,
    heightCm: cameraHeightCm,
  };
  const lighting = {
    brightness: 1,
    directionRad: -2.2,
    shadow: 0.5,
    glare: 0.3,
    reflection: 0.35,
    ...options.lighting,
  };
  requireNumber('lighting.brightness', lighting.brightness, 0.05, 3);
  requireNumber('lighting.directionRad', lighting.directionRad, -100, 100);
  for (const name of ['shadow', 'glare', 'reflection'] as const)
    requireNumber(`lighting.${name}`, lighting[name], 0, 1);
  const background = requireOneOf('background', options.background ?? 'plain', backgroundKinds);
  const fit = 0.86 * Math.min(widthPx / arena.widthCm, heightPx / arena.heightCm);
  const view: View = {
    widthPx,
    heightPx,
    pxPerCm: requireNumber('pxPerCm', options.pxPerCm ?? fit, 0.5, 500),
    floorX: arena.widthCm / 2,
    floorY: arena.heightCm / 2,
    cameraHeightCm,
  };
  return {
    seed: options.seed,
    frameCount,
    fps,
    view,
    mice,
    arena,
    background,
    floorColor: requireColor('floorColor', options.floorColor ?? floorColors[background]),
    wallColor: requireColor('wallColor', options.wallColor ?? [168, 166, 160]),
    lighting,
    camera,
    cable: options.cable ?? false,
  };
}
