import { createPoseTracks, createSkeleton, type PoseTracks, Random, type TimeBase } from '@zoopraxis/core';

/** What made tracks are like; every field has a default. */
export interface MadeTracks {
  readonly frameCount?: number;
  readonly keypoints?: readonly string[];
  readonly individuals?: readonly string[];
  readonly timeBase?: TimeBase;
  /** Share of the points that are missing; default none. */
  readonly missing?: number;
  readonly seed?: number;
  /** Position of a point, by default of animals that wander about. */
  readonly point?: (frame: number, individual: number, keypoint: number) => readonly [number, number] | undefined;
}

/** Returns tracks of animals that wander about an arena of 400 px, or lie where `point` says; 20 frames a second. */
export function madeTracks(options: MadeTracks = {}): PoseTracks {
  const { frameCount = 120, keypoints = ['nose', 'center', 'tailbase', 'tailtip'], individuals = ['a', 'b'] } = options;
  const { missing = 0, seed = 1, timeBase = { frameCount, fps: 20 } } = options;
  const random = new Random(seed);
  const [animals, points] = [individuals.length, keypoints.length];
  const position = new Float32Array(frameCount * animals * points * 2).fill(Number.NaN);
  const confidence = new Float32Array(frameCount * animals * points).fill(Number.NaN);
  const paths = individuals.map(() => ({
    x: 60 + 280 * random.uniform(),
    y: 60 + 280 * random.uniform(),
    turn: 6 * random.uniform(),
  }));
  for (let frame = 0; frame < frameCount; frame++) {
    for (const [animal, path] of paths.entries()) {
      path.turn += 0.6 * (random.uniform() - 0.5);
      path.x = Math.min(390, Math.max(10, path.x + 3 * Math.cos(path.turn)));
      path.y = Math.min(390, Math.max(10, path.y + 3 * Math.sin(path.turn)));
      for (let k = 0; k < points; k++) {
        const along = 30 - (60 * k) / Math.max(1, points - 1);
        const wandered = [
          path.x + along * Math.cos(path.turn) + random.uniform(),
          path.y + along * Math.sin(path.turn) + random.uniform(),
        ] as const;
        const sure = 0.5 + 0.5 * random.uniform();
        const at = options.point === undefined ? wandered : options.point(frame, animal, k);
        if (at === undefined || random.uniform() < missing) continue;
        const index = (frame * animals + animal) * points + k;
        position.set(at, index * 2);
        confidence[index] = sure;
      }
    }
  }
  return createPoseTracks({
    skeleton: createSkeleton({ name: 'made', keypoints }),
    individuals,
    space: 'image',
    dimensions: 2,
    timeBase,
    position,
    confidence,
    provenance: { operation: 'make', versions: {}, inputs: [], parameters: { seed }, synthetic: true },
  });
}

/** Returns tracks in which the names of individuals are dealt anew in each frame. */
export function exchangedTracks(tracks: PoseTracks, seed: number): PoseTracks {
  const random = new Random(seed);
  const { individuals, timeBase } = tracks;
  const position = tracks.position.slice();
  const confidence = tracks.confidence.slice();
  const size = tracks.skeleton.keypoints.length;
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    const order = random.shuffle(individuals.map((_, i) => i));
    for (const [animal, from] of order.entries()) {
      const [to, source] = [frame * individuals.length + animal, frame * individuals.length + from];
      position.set(tracks.position.subarray(source * size * 2, (source + 1) * size * 2), to * size * 2);
      confidence.set(tracks.confidence.subarray(source * size, (source + 1) * size), to * size);
    }
  }
  return { ...tracks, position, confidence };
}
