// Pixel centers: as in read-analysis.ts, nothing is shifted.
import { joinBytes } from '@zoopraxis/core';
import type { Report } from '../file-problem.js';
import { hdf5Pieces, type WrittenAttribute, type WrittenDataset } from '../hdf5/hdf5-writer.js';
import type { FileTracks } from '../pose-file.js';
import { reportUnstoredParts } from '../unstored-parts.js';
import { classicAxes } from './analysis-axes.js';

const dims = (...axes: string[]): Record<string, WrittenAttribute> => ({ dims: { text: JSON.stringify(axes) } });

function textDataset(texts: readonly string[], shape: readonly number[] = [texts.length]): WrittenDataset {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const size = encoded.reduce((longest, bytes) => Math.max(longest, bytes.length), 1);
  const all = new Uint8Array(size * texts.length);
  for (const [i, bytes] of encoded.entries()) all.set(bytes, i * size);
  return {
    type: { textBytes: size },
    shape,
    attributes: {},
    bytes: (start, end) => all.subarray(start * size, end * size),
  };
}

/**
 * Returns the bytes of a SLEAP analysis file of one video: `tracks` [track, xy, node, frame], `point_scores`,
 * `track_occupancy`, names and edges, with the axes named. The scores of instances and of tracking, which tracks do not
 * have, are NaN.
 * @throws RangeError for tracks in 3-D.
 */
export function writeSleapAnalysis(content: FileTracks, options: { readonly report: Report }): Uint8Array {
  const { tracks, video, firstFrame } = content;
  const { skeleton, individuals, timeBase, position, confidence } = tracks;
  if (tracks.dimensions !== 2) throw new RangeError('SLEAP analysis HDF5: tracks must have 2 dimensions, got 3');
  const [count, points] = [individuals.length, skeleton.keypoints.length];
  const frames = firstFrame + timeBase.frameCount;
  reportUnstoredParts(tracks, 'Analysis files', options.report);
  /** Returns rows of frames: one for each track, part and node in the order of the file. */
  const rowsOf = (parts: number, value: (point: number, part: number) => number) => (start: number, end: number) => {
    const out = new Float64Array((end - start) * frames).fill(Number.NaN);
    for (let row = start; row < end; row++) {
      const [track, part, node] = [Math.floor(row / (parts * points)), Math.floor(row / points) % parts, row % points];
      for (let frame = 0; frame < timeBase.frameCount; frame++) {
        const point = (frame * count + track) * points + node;
        out[(row - start) * frames + firstFrame + frame] = value(point, part);
      }
    }
    return new Uint8Array(out.buffer);
  };
  const occupancy = new Uint8Array(frames * count);
  for (let frame = 0; frame < timeBase.frameCount; frame++) {
    for (let track = 0; track < count; track++) {
      const at = (frame * count + track) * points * 2;
      const present = position.subarray(at, at + points * 2).some((value) => !Number.isNaN(value));
      occupancy[(firstFrame + frame) * count + track] = present ? 1 : 0;
    }
  }
  const edges = BigInt64Array.from(skeleton.edges.flat(), BigInt);
  const edgeNames = skeleton.edges.flat().map((index) => skeleton.keypoints[index] as string);
  const symmetries = skeleton.symmetries.map(([a, b]) => [skeleton.keypoints[a], skeleton.keypoints[b]]);
  const noScores: WrittenDataset = {
    type: 'float64',
    shape: [count, frames],
    attributes: dims('track', 'frame'),
    bytes: (start, end) => new Uint8Array(new Float64Array((end - start) * frames).fill(Number.NaN).buffer),
  };
  return joinBytes([
    ...hdf5Pieces({
      attributes: {
        format: { text: 'analysis' },
        preset: { text: 'matlab' },
        skeleton_name: { text: skeleton.name },
        skeleton_symmetries: { text: JSON.stringify(symmetries) },
      },
      datasets: {
        edge_inds: {
          type: 'int64',
          shape: [skeleton.edges.length, 2],
          attributes: {},
          bytes: (start, end) => new Uint8Array(edges.buffer, start * 16, (end - start) * 16),
        },
        edge_names: { ...textDataset(edgeNames, [skeleton.edges.length, 2]), rowCount: edgeNames.length },
        instance_scores: noScores,
        node_names: textDataset(skeleton.keypoints),
        point_scores: {
          type: 'float64',
          shape: [count, points, frames],
          rowCount: count * points,
          attributes: dims('track', 'node', 'frame'),
          bytes: rowsOf(1, (point) => confidence[point] as number),
        },
        track_names: textDataset(individuals),
        track_occupancy: {
          type: 'uint8',
          shape: [frames, count],
          attributes: dims('frame', 'track'),
          bytes: (start, end) => occupancy.subarray(start * count, end * count),
        },
        tracking_scores: noScores,
        tracks: {
          type: 'float64',
          shape: [count, 2, points, frames],
          rowCount: count * 2 * points,
          attributes: dims(...classicAxes),
          bytes: rowsOf(2, (point, part) => position[2 * point + part] as number),
        },
        video_path: textDataset([video], []),
      },
    }),
  ]);
}
