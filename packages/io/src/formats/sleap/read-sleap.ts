// Pixel centers: since format 1.1 of .slp the center of the top-left pixel is (0, 0), as in Zoopraxis; sleap-io.js
// moves older files by half a pixel on reading.
import { FormatError } from '@zoopraxis/core';
import { readHdf5 } from '../hdf5/hdf5-reader.js';
import type { PoseFile, PoseReadOptions } from '../pose-file.js';
import { checkSleap } from './check-sleap.js';
import { poseFileFromLabels, sleapGroups, sleapImageName } from './from-labels.js';

/**
 * Returns the labels and tracks of a SLEAP project or package (`.slp`, formats 1.0 to 2.x): human instances as labels,
 * predicted ones as tracks for each video. Images embedded in a package are left inside, see {@link readSleapImages}.
 * @throws FormatError where sleap-io.js cannot read it, with its reason.
 */
export async function readSleap(bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  await checkSleap(bytes, options.path);
  const { loadSlp } = await import('@talmolab/sleap-io.js');
  const labels = await reading('SLEAP .slp', options.path, () => loadSlp(bytes.slice(), { openVideos: false }));
  return await reading('SLEAP .slp', options.path, async () =>
    poseFileFromLabels(labels, { ...options, format: 'SLEAP .slp' }),
  );
}

/** Returns what `read` returns; what it throws, but arguments that are wrong, becomes a FormatError of this format. */
export async function reading<T>(format: string, path: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    if (cause instanceof RangeError && cause.message.startsWith(`${format}: `)) throw cause;
    throw new FormatError({
      format,
      ...(path === undefined ? {} : { path }),
      where: 'its content',
      expected: 'labels that sleap-io.js reads',
      found: cause instanceof Error ? (cause.message.split('\n')[0] ?? 'damaged data') : 'damaged data',
      hint: 'Open the file in the program that wrote it and save it again.',
      cause,
    });
  }
}

/** An image that a SLEAP package carries. */
export interface SleapImage {
  /** As in the labels that {@link readSleap} returns. */
  readonly group: string;
  readonly file: string;
  /** Frame index in the video. */
  readonly frame: number;
  /** Content of an image file (PNG or JPEG). */
  readonly bytes: Uint8Array;
}

/**
 * Returns the images embedded in a SLEAP package (`.pkg.slp`), named as in its labels; an empty list where it has none.
 * @throws FormatError where the package cannot be read.
 */
export async function readSleapImages(
  bytes: Uint8Array,
  options: Pick<PoseReadOptions, 'path'>,
): Promise<SleapImage[]> {
  const format = 'SLEAP .slp';
  const { path } = options;
  await checkSleap(bytes, path);
  const { loadSlp } = await import('@talmolab/sleap-io.js');
  const { videos } = await reading(format, path, () => loadSlp(bytes.slice(), { openVideos: false }));
  const groups = sleapGroups(videos);
  return readHdf5(bytes, { format, path }, (file) => {
    const images: SleapImage[] = [];
    for (const [i, video] of videos.entries()) {
      const dataset = `/${String(video.backendMetadata.dataset ?? '')}`;
      if (!video.hasEmbeddedImages || file.kind(dataset) !== 'dataset') continue;
      const kind = file.attribute(dataset, 'format');
      if (kind !== 'png' && kind !== 'jpg' && kind !== 'jpeg') {
        file.fail(
          `${dataset}, attribute format`,
          'png or jpg',
          String(kind),
          'Save the package again in SLEAP with PNG images.',
        );
      }
      const blobs = file.blobs(dataset);
      const frames = file.numbers(dataset.replace(/[^/]*$/, 'frame_numbers'));
      if (frames.length !== blobs.length) file.fail(dataset, `${frames.length} images`, String(blobs.length));
      for (const [k, blob] of blobs.entries()) {
        const frame = frames[k] as number;
        images.push({ group: groups[i] as string, file: sleapImageName(video, frame), frame, bytes: blob });
      }
    }
    return images;
  });
}
