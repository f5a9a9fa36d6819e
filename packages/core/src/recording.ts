/** A part of the picture or of the arena that has a name. */
export interface Region {
  readonly name: string;
  /** `image`: px of the video, center of the top-left pixel at (0, 0); `arena`: cm. */
  readonly space: 'image' | 'arena';
  /** Video whose px they are; needed in `image` where a recording has several. */
  readonly video?: string;
  readonly shape: RegionShape;
}

/** Outline of a region. */
export type RegionShape =
  | {
      readonly kind: 'polygon';
      /** Corners in order, three or more, shape `[corner, 2]`. */
      readonly corners: readonly (readonly [number, number])[];
    }
  | {
      readonly kind: 'circle';
      /** Point, shape `[2]`. */
      readonly center: readonly [number, number];
      readonly radius: number;
    };

/** A stretch that analyses leave out. */
export interface Exclusion {
  readonly startSec: number;
  /** Not included. */
  readonly endSec: number;
  readonly reason: string;
}

/** One session: what was filmed of which animals under which conditions. Parts are named, not held: they can be large. */
export interface Recording {
  readonly id: string;
  /** Ids of the videos: several views, or segments of one view. */
  readonly videos: readonly string[];
  /** Animals that take part. */
  readonly subjects: readonly string[];
  /** Such as `{ genotype: 'wt', day: 3 }`. */
  readonly conditions: Readonly<Record<string, string | number | boolean>>;
  readonly exclusions: readonly Exclusion[];
  /** Outline of the arena. */
  readonly arena?: Region;
  readonly regions: readonly Region[];
  /** Names of tracks, annotations, scores, features and signals in the project. */
  readonly tracks: readonly string[];
  readonly annotations: readonly string[];
  readonly scores: readonly string[];
  readonly features: readonly string[];
  readonly signals: readonly string[];
}

/** What is needed to make a recording; lists that are left out are empty. */
export type RecordingOptions = Pick<Recording, 'id'> & Partial<Recording>;

function checkRegion({ name, shape, space }: Region, where: string): void {
  if (name.trim() === '') throw new RangeError(`${where}: regions must have names`);
  if (space !== 'image' && space !== 'arena') {
    throw new RangeError(`${where}: space of ${name} must be image or arena, got ${space}`);
  }
  const isPoint = ([x, y]: readonly [number, number]) => Number.isFinite(x) && Number.isFinite(y);
  if (shape.kind === 'polygon') {
    if (shape.corners.length < 3 || !shape.corners.every(isPoint)) {
      throw new RangeError(`${where}: ${name} must have three corners or more, got ${shape.corners.length}`);
    }
  } else if (!isPoint(shape.center) || !(shape.radius > 0 && Number.isFinite(shape.radius))) {
    throw new RangeError(`${where}: radius of ${name} must be above 0, got ${shape.radius}`);
  }
}

/**
 * Returns a recording after checking it.
 * @throws RangeError naming what cannot be: a name twice, an exclusion that ends before it starts or has no reason.
 */
export function createRecording(options: RecordingOptions): Recording {
  const { id, arena } = options;
  const where = `recording ${id}`;
  if (id.trim() === '') throw new RangeError('recording: id must not be empty');
  const lists = {
    videos: options.videos ?? [],
    subjects: options.subjects ?? [],
    tracks: options.tracks ?? [],
    annotations: options.annotations ?? [],
    scores: options.scores ?? [],
    features: options.features ?? [],
    signals: options.signals ?? [],
  };
  const { conditions = {}, exclusions = [], regions = [] } = options;
  for (const [what, names] of [...Object.entries(lists), ['regions', regions.map(({ name }) => name)] as const]) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new RangeError(`${where}: ${what} lists ${twice} twice`);
  }
  for (const { startSec, endSec, reason } of exclusions) {
    if (!(Number.isFinite(startSec) && endSec > startSec)) {
      throw new RangeError(`${where}: an exclusion must end after it starts, got ${startSec} to ${endSec} s`);
    }
    if (reason.trim() === '') throw new RangeError(`${where}: the exclusion from ${startSec} s must have a reason`);
  }
  for (const region of arena === undefined ? regions : [arena, ...regions]) {
    checkRegion(region, where);
    if (region.video !== undefined && !lists.videos.includes(region.video)) {
      throw new RangeError(`${where}: video of ${region.name} must be one of its videos, got ${region.video}`);
    }
  }
  return { id, ...lists, conditions, exclusions, regions, ...(arena === undefined ? {} : { arena }) };
}
