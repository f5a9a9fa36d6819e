// Pixel centers: as in read-sleap.ts, nothing is shifted.
import type { LabeledFrames, Skeleton } from '@zoopraxis/core';
import { visibilities } from '@zoopraxis/core';
import type { Report } from '../file-problem.js';
import { groupOfVideo, type PoseFile } from '../pose-file.js';

/** How a `.slp` is written. */
export interface SleapWriteOptions {
  /** Path of the video of each group of labeled images; default: `<group>.mp4`. */
  readonly videos?: Readonly<Record<string, string>>;
  /** Takes what the format cannot hold. */
  readonly report: Report;
}

/**
 * Returns the bytes of a `.slp` that SLEAP opens: labels as human instances, tracks as predicted ones, each individual
 * as a track. Labels belong to frames of a video, so every labeled image needs its `frame`.
 * @throws RangeError for a labeled image without a frame, or an annotator more than one.
 */
export async function writeSleap(content: PoseFile, options: SleapWriteOptions): Promise<Uint8Array> {
  const sleap = await import('@talmolab/sleap-io.js');
  const videos = new Map<string, InstanceType<typeof sleap.Video>>();
  const videoAt = (path: string) => {
    const known = videos.get(path);
    if (known !== undefined) return known;
    const video = new sleap.Video({ filename: path, openBackend: false });
    videos.set(path, video);
    return video;
  };
  const skeletons = new Map<string, InstanceType<typeof sleap.Skeleton>>();
  const skeletonAt = (skeleton: Skeleton) => {
    const key = JSON.stringify([skeleton.keypoints, skeleton.edges, skeleton.symmetries]);
    const known = skeletons.get(key);
    if (known !== undefined) return known;
    const made = new sleap.Skeleton({
      name: skeleton.name,
      nodes: [...skeleton.keypoints],
      edges: skeleton.edges.map(([a, b]) => [a, b]),
      symmetries: skeleton.symmetries.map(([a, b]) => [a, b]),
    });
    skeletons.set(key, made);
    return made;
  };
  const tracks = new Map<string, InstanceType<typeof sleap.Track>>();
  const trackAt = (name: string) => {
    const known = tracks.get(name);
    if (known !== undefined) return known;
    const track = new sleap.Track(name);
    tracks.set(name, track);
    return track;
  };
  const frames = new Map<string, InstanceType<typeof sleap.LabeledFrame>>();
  const frameAt = (path: string, frameIdx: number) => {
    const key = `${path}\0${frameIdx}`;
    const known = frames.get(key);
    if (known !== undefined) return known;
    const frame = new sleap.LabeledFrame({ video: videoAt(path), frameIdx, instances: [] });
    frames.set(key, frame);
    return frame;
  };
  const pathOf = (labels: LabeledFrames, image: number): [string, number] => {
    const { group, file, frame } = labels.images[image] as LabeledFrames['images'][number];
    if (frame === undefined)
      throw new RangeError(`SLEAP .slp: every image must know its frame, got none for ${group}/${file}`);
    const tracked = content.tracks.find(({ video }) => video !== '' && groupOfVideo(video) === group)?.video;
    return [options.videos?.[group] ?? tracked ?? `${group}.mp4`, frame];
  };
  let occluded = 0;
  for (const labels of content.labels) {
    if (labels.annotators.length > 1 && new Set(labels.annotator).size > 1) {
      throw new RangeError(`SLEAP .slp: labels must be of one annotator, got ${labels.annotators.join(', ')}`);
    }
    const points = labels.skeleton.keypoints.length;
    const skeleton = skeletonAt(labels.skeleton);
    const labeled = new Set(labels.image);
    for (const image of labels.images.keys()) {
      if (!labeled.has(image)) frameAt(...pathOf(labels, image)).isNegative = true;
    }
    for (let row = 0; row < labels.image.length; row++) {
      const list = labels.skeleton.keypoints.map((name, k) => {
        const at = row * points + k;
        const visible = labels.visibility[at] !== visibilities.absent;
        if (labels.visibility[at] === visibilities.occluded) occluded++;
        const xy: [number, number] = [labels.position[2 * at] as number, labels.position[2 * at + 1] as number];
        return { xy, visible, complete: true, name };
      });
      const track = trackAt(labels.individuals[labels.individual[row] as number] as string);
      frameAt(...pathOf(labels, labels.image[row] as number)).instances.push(
        new sleap.Instance({ points: list, skeleton, track }),
      );
    }
  }
  if (occluded > 0) {
    const message = `${occluded} points are occluded; SLEAP would take them for missing, they are written as visible.`;
    options.report({ severity: 'note', code: 'not-stored', file: '', where: 'labels', message });
  }
  for (const { video, tracks: poses, firstFrame } of content.tracks) {
    if (poses.dimensions !== 2) throw new RangeError('SLEAP .slp: tracks must have 2 dimensions, got 3');
    const { skeleton: ours, individuals, timeBase, position, confidence } = poses;
    const skeleton = skeletonAt(ours);
    const points = ours.keypoints.length;
    for (let frame = 0; frame < timeBase.frameCount; frame++) {
      for (const [i, individual] of individuals.entries()) {
        const base = (frame * individuals.length + i) * points;
        let [sum, count] = [0, 0];
        const list = ours.keypoints.map((name, k) => {
          const [x, y] = [position[2 * (base + k)] as number, position[2 * (base + k) + 1] as number];
          const score = confidence[base + k] as number;
          if (!Number.isNaN(x)) {
            count++;
            sum += Number.isNaN(score) ? 0 : score;
          }
          return { xy: [x, y] as [number, number], visible: !Number.isNaN(x), complete: false, score, name };
        });
        if (count === 0) continue;
        frameAt(video || 'video.mp4', firstFrame + frame).instances.push(
          new sleap.PredictedInstance({ points: list, skeleton, track: trackAt(individual), score: sum / count }),
        );
      }
    }
  }
  const labels = new sleap.Labels({
    labeledFrames: [...frames.values()],
    videos: [...videos.values()],
    skeletons: [...skeletons.values()],
    tracks: [...tracks.values()],
  });
  return sleap.saveSlpToBytes(labels, { embed: false });
}
