import type { Instance, Labels, Skeleton as SleapSkeleton, Video as SleapVideo } from '@talmolab/sleap-io.js';
import {
  createLabeledFrames,
  createPoseTracks,
  createSkeleton,
  FormatError,
  guessSymmetries,
  type LabeledFrames,
  type LabeledImage,
  type Skeleton,
  visibilities,
} from '@zoopraxis/core';
import type { FileProblem, FileProblemCode } from '../file-problem.js';
import {
  distinctNames,
  type FileTracks,
  groupOfVideo,
  importProvenance,
  maxPoseValues,
  neededFps,
  type PoseFile,
  type PoseReadOptions,
} from '../pose-file.js';

type AnyInstance = Instance & { readonly score?: number };

/** Returns the path of a video as the file names it; of the film behind it where images are embedded. */
export function sleapVideoPath(video: SleapVideo): string {
  const { filename } = video.hasEmbeddedImages && video.sourceVideo ? video.sourceVideo : video;
  return (Array.isArray(filename) ? filename[0] : filename) ?? '';
}

/** Returns the group of labeled images of each video. */
export function sleapGroups(videos: readonly SleapVideo[]): string[] {
  return distinctNames(videos.map((video) => groupOfVideo(sleapVideoPath(video))));
}

/** Returns the name of the image of a frame. */
export function sleapImageName(video: SleapVideo, frame: number): string {
  const { filename } = video;
  const own = Array.isArray(filename) ? filename[frame]?.split(/[\\/]/).at(-1) : undefined;
  return own ?? `img${String(frame).padStart(6, '0')}.png`;
}

/** Returns the skeleton of a file in our form. */
function skeletonOf(skeleton: SleapSkeleton): Skeleton {
  const nodes = skeleton.nodes;
  const at = (node: unknown) => nodes.indexOf(node as (typeof nodes)[number]);
  const inside = ([a, b]: readonly [number, number]) => a >= 0 && b >= 0 && a !== b;
  // SLEAP's pairs have no order; names tell which is the left one.
  const leftFirst = new Set(guessSymmetries(skeleton.nodeNames).map((pair) => pair.join()));
  const symmetries = skeleton.symmetries
    .map(({ nodes: pair }) => [...pair].map(at) as [number, number])
    .filter((pair) => pair.length === 2 && inside(pair))
    .map(
      ([a, b]) =>
        (leftFirst.has(`${b},${a}`) || (a > b && !leftFirst.has(`${a},${b}`)) ? [b, a] : [a, b]) as [number, number],
    );
  const distinct = [...new Map(symmetries.map((pair) => [pair.join(), pair])).values()];
  return createSkeleton({
    name: skeleton.name || 'animal',
    keypoints: skeleton.nodeNames,
    edges: skeleton.edges.map((edge) => [at(edge.source), at(edge.destination)] as const).filter(inside),
    ...(distinct.length > 0 ? { symmetries: distinct } : {}),
  });
}

/** An instance with its place: video, frame and the individual it is taken for. */
interface Placed {
  readonly video: number;
  readonly frame: number;
  readonly individual: string;
  readonly instance: AnyInstance;
}

const isPredicted = (instance: AnyInstance) => 'score' in instance && typeof instance.score === 'number';

/** Returns the instances of one skeleton with a name for each animal: its track, else its place in the frame. */
function placeInstances(labels: Labels, skeleton: SleapSkeleton, trackNames: ReadonlyMap<object, string>) {
  const [user, predicted]: [Placed[], Placed[]] = [[], []];
  const doubled: string[] = [];
  let untracked = 0;
  for (const frame of labels.labeledFrames) {
    const video = labels.videos.indexOf(frame.video);
    const taken = { user: new Set<string>(), predicted: new Set<string>() };
    const rank = { user: 0, predicted: 0 };
    for (const instance of frame.instances as AnyInstance[]) {
      if (instance.skeleton !== skeleton) continue;
      const kind = isPredicted(instance) ? 'predicted' : 'user';
      rank[kind]++;
      let individual = instance.track ? trackNames.get(instance.track) : undefined;
      if (individual === undefined) {
        individual = `instance${rank[kind]}`;
        untracked++;
      }
      if (taken[kind].has(individual)) {
        doubled.push(`frame ${frame.frameIdx}, ${individual}`);
        continue;
      }
      taken[kind].add(individual);
      (kind === 'user' ? user : predicted).push({ video, frame: frame.frameIdx, individual, instance });
    }
  }
  return { user, predicted, doubled, untracked };
}

function pointsOf(instance: AnyInstance, keypoint: number): [number, number] {
  const point = instance.points[keypoint];
  // SLEAP keeps a stale place for points that are switched off; its own training reads them as missing.
  if (point === undefined || !point.visible) return [Number.NaN, Number.NaN];
  const [x, y] = point.xy;
  return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : [Number.NaN, Number.NaN];
}

function labelsOf(
  labels: Labels,
  skeleton: Skeleton,
  user: readonly Placed[],
  groups: readonly string[],
): LabeledFrames | undefined {
  const images: LabeledImage[] = [];
  const imageAt = new Map<string, number>();
  const image = (video: number, frame: number): number => {
    const key = `${video} ${frame}`;
    const known = imageAt.get(key);
    if (known !== undefined) return known;
    const file = sleapImageName(labels.videos[video] as SleapVideo, frame);
    const at = images.push({ group: groups[video] as string, file, frame }) - 1;
    imageAt.set(key, at);
    return at;
  };
  for (const frame of labels.labeledFrames) {
    if (frame.isNegative) image(labels.videos.indexOf(frame.video), frame.frameIdx);
  }
  const individuals = [...new Set(user.map(({ individual }) => individual))];
  if (user.length === 0 && images.length === 0) return undefined;
  const points = skeleton.keypoints.length;
  const position = new Float64Array(user.length * points * 2);
  for (const [row, { instance }] of user.entries()) {
    for (let k = 0; k < points; k++) position.set(pointsOf(instance, k), 2 * (row * points + k));
  }
  return createLabeledFrames({
    skeleton,
    individuals,
    annotators: ['SLEAP'],
    image: Int32Array.from(user, ({ video, frame }) => image(video, frame)),
    individual: Int32Array.from(user, ({ individual }) => individuals.indexOf(individual)),
    annotator: new Int32Array(user.length),
    images,
    position,
    visibility: Uint8Array.from({ length: position.length / 2 }, (_, i) =>
      Number.isNaN(position[2 * i]) ? visibilities.absent : visibilities.visible,
    ),
  });
}

/** What the formats that sleap-io.js reads have in common, with the words of one of them. */
export interface FromLabelsOptions extends PoseReadOptions {
  readonly format: string;
}

/**
 * Returns labels and tracks of a file that sleap-io.js has read. Human instances become labels, predicted ones tracks;
 * an animal is its track, or without one the place of its instance in the frame (`instance1`, ...), which says nothing
 * about who it is.
 * @throws FormatError for a frame number that no recording has.
 */
export function poseFileFromLabels(labels: Labels, options: FromLabelsOptions): PoseFile {
  const { format, path } = options;
  const tell = (severity: FileProblem['severity'], code: FileProblemCode, where: string, message: string) =>
    options.report({ severity, code, file: path ?? '', where, message });
  const groups = sleapGroups(labels.videos);
  const names = distinctNames(labels.tracks.map((track) => track.name || 'track'));
  const trackNames = new Map<object, string>(labels.tracks.map((track, i) => [track, names[i] as string]));
  const allLabels: LabeledFrames[] = [];
  const allTracks: FileTracks[] = [];
  for (const sleapSkeleton of labels.skeletons) {
    if (sleapSkeleton.nodeNames.length === 0) continue;
    const skeleton = skeletonOf(sleapSkeleton);
    const { user, predicted, doubled, untracked } = placeInstances(labels, sleapSkeleton, trackNames);
    if (doubled.length > 0) {
      const message = `${doubled.length} instances repeat a track that the frame has already and are left out.`;
      tell('error', 'duplicate-row', doubled[0] as string, message);
    }
    if (untracked > 0) {
      const message = `${untracked} instances have no track; they are named by their place in the frame, not by who they are.`;
      tell('note', 'unknown-individual', 'the instances', message);
    }
    const ours = labelsOf(labels, skeleton, user, groups);
    if (ours !== undefined) allLabels.push(ours);
    for (const [video, sleapVideo] of labels.videos.entries()) {
      const mine = predicted.filter((placed) => placed.video === video);
      if (mine.length === 0) continue;
      const individuals = [...new Set(mine.map(({ individual }) => individual))];
      const last = mine.reduce((latest, { frame }) => Math.max(latest, frame), 0);
      const frameCount = Math.max(last + 1, sleapVideo.hasEmbeddedImages ? 0 : (sleapVideo.shape?.[0] ?? 0));
      const points = skeleton.keypoints.length;
      const size = frameCount * individuals.length * points;
      if (!Number.isSafeInteger(frameCount) || size * 2 > maxPoseValues || mine.some(({ frame }) => frame < 0)) {
        const found = `${frameCount} frames of ${individuals.length} animals`;
        const where = `video ${groups[video]}`;
        throw new FormatError({
          format,
          ...(path === undefined ? {} : { path }),
          where,
          expected: 'frames of a recording',
          found,
          hint: 'Join or delete short tracks in the program the file is from.',
        });
      }
      const position = new Float32Array(size * 2).fill(Number.NaN);
      const confidence = new Float32Array(size).fill(Number.NaN);
      let above = 0;
      for (const { frame, individual, instance } of mine) {
        const at = (frame * individuals.length + individuals.indexOf(individual)) * points;
        for (let k = 0; k < points; k++) {
          const point = pointsOf(instance, k);
          const score = instance.points[k]?.score ?? Number.NaN;
          position.set(point, 2 * (at + k));
          if (Number.isNaN(point[0])) continue;
          if (score > 1) above++;
          confidence[at + k] = Math.min(Math.max(score, 0), 1);
        }
      }
      if (above > 0) {
        const message = `${above} scores are above 1, as SLEAP's peaks can be; they are read as 1.`;
        tell('note', 'out-of-range', `video ${groups[video]}`, message);
      }
      const tracks = createPoseTracks({
        skeleton,
        individuals,
        space: 'image',
        dimensions: 2,
        timeBase: { frameCount, fps: sleapVideo.fps ?? neededFps(format, options.fps) },
        position,
        confidence,
        provenance: importProvenance(format, options),
      });
      allTracks.push({ video: sleapVideoPath(sleapVideo), tracks, firstFrame: 0 });
    }
  }
  const others = labels.labeledFrames.reduce(
    (count, { bboxes, masks, rois, centroids, labelImages }) =>
      count + bboxes.length + masks.length + rois.length + centroids.length + labelImages.length,
    0,
  );
  if (others > 0) tell('note', 'left-out', 'the frames', `${others} boxes, masks and regions are left out.`);
  return { labels: allLabels, tracks: allTracks };
}
