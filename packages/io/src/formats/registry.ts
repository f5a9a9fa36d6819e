import { FormatError } from '@zoopraxis/core';
import { cocoKeypoints } from './coco/codec.js';
import {
  deepLabCutLabelsCsv,
  deepLabCutLabelsHdf5,
  deepLabCutTracksCsv,
  deepLabCutTracksHdf5,
} from './deeplabcut/codec.js';
import { jabsPose } from './jabs/codec.js';
import { marsPose } from './mars/codec.js';
import { nwbPose } from './nwb/codec.js';
import type { PoseCodec } from './pose-codec.js';
import type { PoseFile, PoseReadOptions } from './pose-file.js';
import { type Probe, probeFile } from './probe.js';
import { sleapAnalysis, sleapLabels } from './sleap/codec.js';

/** Every format of poses, sorted by name. A new codec is one file and one entry here. */
export const poseCodecs: readonly PoseCodec[] = [
  cocoKeypoints,
  deepLabCutLabelsCsv,
  deepLabCutLabelsHdf5,
  deepLabCutTracksCsv,
  deepLabCutTracksHdf5,
  jabsPose,
  marsPose,
  nwbPose,
  sleapLabels,
  sleapAnalysis,
];

/** What a file seems to be. */
export interface SniffedFormat {
  /** Name of its codec in {@link poseCodecs}, or undefined where none reads it. */
  readonly format: string | undefined;
  /** The reason, as one sentence for people. */
  readonly why: string;
}

const startsWith = (head: Uint8Array, text: string, at = 0) =>
  [...text].every((character, i) => head[at + i] === character.charCodeAt(0));

/** Returns in words what a file is that no codec reads. */
function describeOther({ head, text, hdf5, name, records }: Probe): string {
  if (head.length === 0) return 'The file is empty, or a damaged gzip file.';
  if (hdf5?.opened === false) {
    const bytes = new TextDecoder('latin1').decode(head);
    const marks = [
      ['pandas_type', 'a DeepLabCut table'],
      ['poseest', 'a JABS pose file'],
      ['nwb_version', 'an NWB file'],
      ['track_occupancy', 'a SLEAP analysis file'],
      ['videos_json', 'SLEAP labels'],
    ] as const;
    const mark = marks.find(([word]) => bytes.includes(word));
    const guess = mark === undefined ? '' : ` Its beginning looks like ${mark[1]}.`;
    return `It is an HDF5 file that does not open: only its beginning was given, or it is damaged.${guess}`;
  }
  if (hdf5 !== undefined)
    return `It is an HDF5 file of another kind, with ${hdf5.paths.slice(0, 4).join(', ') || 'nothing in it'}.`;
  if (startsWith(head, 'ftyp', 4)) return 'It is a video (MP4 or MOV).';
  if (startsWith(head, 'RIFF') && startsWith(head, 'AVI ', 8)) return 'It is a video (AVI).';
  if (startsWith(head, '\x1aE\xdf\xa3')) return 'It is a video (Matroska or WebM).';
  if (startsWith(head, '\x89PNG') || startsWith(head, '\xff\xd8\xff')) return 'It is a picture.';
  if (startsWith(head, 'PK\x03\x04'))
    return 'It is a zip archive (or a spreadsheet): unpack it, or save the table as CSV.';
  if (startsWith(head, '\x80') && /\.(pickle|pkl)$/.test(name)) {
    return 'It is a Python pickle, which can run programs and is not read: choose the .h5 or .csv beside it.';
  }
  if (text !== undefined && /(^|\n)\s*bodyparts\s*:/.test(text)) {
    return 'It is the config.yaml of a DeepLabCut project: choose the folder it lies in.';
  }
  if (/^scorer[;\t]/.test(records[0]?.[0] ?? '')) {
    return 'It is a DeepLabCut table that a spreadsheet saved with other separators: save it again with commas and points.';
  }
  return text === undefined ? 'It is a binary file of an unknown kind.' : 'It is a text of an unknown kind.';
}

/**
 * Returns the format of a file by its content, with the reason; the name decides nothing that the content can tell.
 * `bytes` is the file, or its beginning for texts: HDF5 files must be whole to be told apart.
 */
export async function sniffFormat(name: string, bytes: Uint8Array): Promise<SniffedFormat> {
  const probe = await probeFile(name, bytes);
  for (const codec of poseCodecs) {
    const reason = codec.sniff(probe);
    if (reason !== undefined) return { format: codec.name, why: `It is ${codec.title}: ${reason}.` };
  }
  return { format: undefined, why: describeOther(probe) };
}

/**
 * Returns the poses of a file in whatever known format it is in.
 * @throws FormatError for a file of no known format, or one that is damaged.
 */
export async function readPoseFile(name: string, bytes: Uint8Array, options: PoseReadOptions): Promise<PoseFile> {
  const { format, why } = await sniffFormat(name, bytes);
  const codec = poseCodecs.find((candidate) => candidate.name === format);
  if (codec !== undefined) return codec.read(bytes, { path: name, ...options });
  throw new FormatError({
    format: 'pose',
    path: options.path ?? name,
    where: 'the file',
    expected: `one of ${poseCodecs.map((known) => known.title).join(', ')}`,
    found: why.charAt(0).toLowerCase() + why.slice(1).replace(/\.$/, ''),
    hint: 'Choose a file of one of these formats, or export the poses to CSV as DeepLabCut does.',
  });
}
