import { Random } from '@zoopraxis/core';
import {
  type BackgroundKind,
  type CoatName,
  createPhantom,
  type OpenFieldLook,
  type Phantom,
  phantomVariant,
} from '@zoopraxis/phantom';

/** How large a demo is. */
export interface DemoSize {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number;
  /** Recordings that the labeled frames are taken from, each with another mouse, floor and light. */
  readonly trainingRecordings: number;
  /** Labeled frames of each of them. */
  readonly framesEach: number;
  /** Frames of the clip that is tracked. */
  readonly clipFrames: number;
}

/** The demo as it runs by default. */
export const fullDemo: DemoSize = {
  widthPx: 480,
  heightPx: 360,
  fps: 30,
  trainingRecordings: 12,
  framesEach: 5,
  clipFrames: 900,
};

/** The smallest demo that still does everything: for tests. */
export const tinyDemo: DemoSize = {
  widthPx: 160,
  heightPx: 120,
  fps: 30,
  trainingRecordings: 3,
  framesEach: 3,
  clipFrames: 40,
};

/** A recording with its name. */
export interface NamedPhantom {
  readonly name: string;
  readonly phantom: Phantom;
  /** Frames to label, ascending list. */
  readonly frames: readonly number[];
}

/** Frames between two labeled ones, so that no two show nearly the same. */
const spacing = 120;

/** Seed that no training recording of any demo seed has. */
const clipSeed = 77_000_077;

/** Mice that stand out from a light floor, as laboratories choose them; the clip shows one that training lacks. */
const coats: readonly CoatName[] = ['black', 'gray', 'agouti', 'hooded'];
const floors: readonly BackgroundKind[] = ['plain', 'grid', 'paper', 'tape', 'woodchip'];

/** Returns one look: light, camera and build by chance, in an arena of the same size. */
function lookOf(random: Random, coat: CoatName, background: BackgroundKind): OpenFieldLook {
  const { lighting, camera, mice } = phantomVariant(random.integer(1_000_000));
  const tone = random.between(185, 225);
  const wall = random.between(120, 190);
  const wood = background === 'woodchip';
  return {
    mice: [{ ...mice?.[0], coat }],
    background,
    floorColor: wood ? [tone, tone * 0.88, tone * 0.68] : [tone, tone * random.between(0.97, 1.03), tone],
    wallColor: [wall, wall, wall],
    lighting: { ...lighting, brightness: random.between(0.9, 1.05) },
    camera: { ...camera, monochrome: false },
    arena: { shape: 'rectangle', widthCm: 26, heightCm: 19.5, wallHeightCm: 10, objects: [] },
    cable: false,
  };
}

/** Returns the looks of the clip, and those of the training recordings: other coats and floors than the clip's. */
function looksOf(seed: number, count: number): { clip: OpenFieldLook; training: OpenFieldLook[] } {
  const random = new Random(seed).fork('demo looks');
  const [coat, ...otherCoats] = random.shuffle([...coats]) as [CoatName, ...CoatName[]];
  const [floor, ...otherFloors] = random.shuffle([...floors]) as [BackgroundKind, ...BackgroundKind[]];
  const clip = lookOf(random.fork('clip'), coat, floor);
  const training = Array.from({ length: count }, (_, i) =>
    lookOf(
      random.fork(`training ${i}`),
      otherCoats[i % otherCoats.length] as CoatName,
      otherFloors[i % otherFloors.length] as BackgroundKind,
    ),
  );
  return { clip, training };
}

/** Returns the recordings to learn from: another seed, mouse, floor, light and camera for each. */
export function trainingPhantoms(seed: number, size: DemoSize): NamedPhantom[] {
  const { widthPx, heightPx, fps, trainingRecordings, framesEach } = size;
  return looksOf(seed, trainingRecordings).training.map((look, i) => ({
    name: `phantom-${String(i + 1).padStart(2, '0')}`,
    phantom: createPhantom({
      scene: 'open-field',
      ...look,
      seed: seed * 1000 + i,
      widthPx,
      heightPx,
      fps,
      frameCount: framesEach * spacing,
    }),
    frames: Array.from({ length: framesEach }, (_, k) => k * spacing + ((i * 37) % spacing)),
  }));
}

/** Returns the recording to be tracked: its seed, coat and floor are none that training has seen. */
export function clipPhantom(seed: number, { widthPx, heightPx, fps, clipFrames }: DemoSize): Phantom {
  return createPhantom({
    scene: 'open-field',
    ...looksOf(seed, 0).clip,
    seed: clipSeed + seed,
    widthPx,
    heightPx,
    fps,
    frameCount: clipFrames,
  });
}

/** Returns what a recording shows, in words: `agouti mouse on woodchip`. */
export function describeClip(seed: number): string {
  const { clip } = looksOf(seed, 0);
  return `${clip.mice?.[0]?.coat} mouse on ${clip.background}`;
}
