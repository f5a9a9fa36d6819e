// Pixel centers: ndx-pose says "relative to the top-left" and no more; SLEAP and DeepLabCut, whose exports these files
// are, mean the center of the top-left pixel by (0, 0), and positions are taken over as they stand.
import { readHdf5 } from '../hdf5/hdf5-reader.js';
import type { PoseFile, PoseReadOptions } from '../pose-file.js';
import { poseFileFromLabels } from '../sleap/from-labels.js';
import { reading } from '../sleap/read-sleap.js';

const format = 'NWB (ndx-pose)';

/** Returns the frame rate that the first pose series of a file states or whose times keep, or undefined. */
async function statedFps(bytes: Uint8Array, path: string | undefined): Promise<number | undefined> {
  return readHdf5(bytes, { format, path }, (file) => {
    file.checkAll();
    for (const module of file.list('/processing')) {
      for (const container of file.list(`/processing/${module}`)) {
        for (const series of file.list(`/processing/${module}/${container}`)) {
          const at = `/processing/${module}/${container}/${series}`;
          const rate = file.attribute(`${at}/starting_time`, 'rate');
          if (typeof rate === 'number' && rate > 0 && Number.isFinite(rate)) return rate;
          if (file.kind(`${at}/timestamps`) !== 'dataset') continue;
          const times = file.numbers(`${at}/timestamps`);
          const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
          if (times.length > 1 && span > 0) return (times.length - 1) / span;
        }
      }
    }
    return undefined;
  });
}

/**
 * Returns poses of an NWB file: PoseEstimation as tracks, PoseTraining as labels. The frame rate is the one given, else
 * the one that the file states.
 * @throws FormatError where sleap-io.js cannot read it, with its reason; RangeError where nobody states a frame rate.
 */
export async function readNwb(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const { loadNwb } = await import('@talmolab/sleap-io.js');
  const stated = await statedFps(bytes, options.path);
  const fps = options.fps ?? stated;
  const labels = await reading(format, options.path, () => loadNwb(bytes.slice()));
  return reading(format, options.path, async () =>
    poseFileFromLabels(labels, { ...options, ...(fps === undefined ? {} : { fps }), format }),
  );
}
