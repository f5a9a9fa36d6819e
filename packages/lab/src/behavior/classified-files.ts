import { type Annotations, type ByteStore, type FrameScores, frameAtSeconds, type TimeBase } from '@zoopraxis/core';
import { canonicalJson, readFrameTable, writeFrameTable } from '@zoopraxis/io';
import { z } from 'zod';

/** Schema of `<stem>.classified.json`: what was classified, with what, and what came of it. */
export const classifiedRecordSchema = z.object({
  format: z.literal('zoopraxis classified record'),
  version: z.literal(1),
  /** Hash of all that was asked for; the same request is not carried out twice. */
  request: z.string(),
  recording: z.string(),
  /** Name of the tracks file. */
  tracks: z.string(),
  tracksHash: z.string(),
  /** Frames of the bouts and scores, after resampling to the rate of the model. */
  frameCount: z.int(),
  fps: z.number(),
  /** Frames per second of the tracks before they were brought to the rate of the model. */
  sourceFps: z.number(),
  isVariableRate: z.boolean(),
  behaviors: z.array(z.string()),
  /** Name of what goes on where there is no bout; left out where every frame has one. */
  background: z.string().optional(),
  model: z.object({
    name: z.string(),
    hash: z.string(),
    /** Names and content hashes of the tracks that it was trained on. */
    trainedOn: z.array(z.object({ id: z.string(), contentHash: z.string() })),
  }),
  /** Files written, by kind, in the folder of this one. */
  files: z.record(z.string(), z.string()),
  notes: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  synthetic: z.boolean().optional(),
});

/** What was classified, with what, and what came of it. */
export type ClassifiedRecord = z.output<typeof classifiedRecordSchema>;

/** Returns the name of the record of a recording. */
export const classifiedRecordName = (stem: string): string => `${stem}.classified.json`;

/** Returns the record of a recording, or undefined where there is none that can be read. */
export async function readClassifiedRecord(store: ByteStore, stem: string): Promise<ClassifiedRecord | undefined> {
  const bytes = await store.read(classifiedRecordName(stem)).catch(() => undefined);
  if (bytes === undefined || bytes.length > 2 ** 26) return undefined;
  try {
    return classifiedRecordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Writes the record of a recording in one durable step; it goes last, so that its files are whole. */
export async function writeClassifiedRecord(store: ByteStore, stem: string, record: ClassifiedRecord): Promise<void> {
  const text = canonicalJson(classifiedRecordSchema.parse(record), 2);
  await store.write(classifiedRecordName(stem), new TextEncoder().encode(`${text}\n`));
}

/** Returns a field of CSV, in quotes where it needs them. */
const field = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * Returns bouts as a table: one row for each, seconds half-open from the first frame on, the first and the last frame
 * (counted from 0, both part of the bout), and the mean probability where it is known.
 */
export function boutsCsv(
  annotations: Annotations,
  { recording, timeBase }: { recording: string; timeBase: TimeBase },
): string {
  const { subject, target, annotator, behaviors, behavior, startSec, endSec, probability } = annotations;
  const rows = Array.from(startSec, (start, bout) => {
    const end = endSec[bout] as number;
    const [first, past] = [frameAtSeconds(timeBase, start), frameAtSeconds(timeBase, end)];
    // The last bout may end with the recording, where no frame begins.
    const last = end > start && secondsReach(timeBase, end) ? timeBase.frameCount - 1 : Math.max(first, past - 1);
    const chance = probability?.[bout];
    return [
      field(recording),
      field(subject),
      ...(target === undefined ? [] : [field(target)]),
      field(annotator),
      field(behaviors[behavior[bout] as number] as string),
      String(start),
      String(end),
      String(first),
      String(last),
      chance === undefined || Number.isNaN(chance) ? '' : chance.toFixed(4),
    ].join(',');
  });
  const header = `recording,subject,${target === undefined ? '' : 'target,'}annotator,behavior,start_sec,end_sec,first_frame,last_frame,probability`;
  return `${[header, ...rows].join('\n')}\n`;
}

/** Tells whether a time lies at or after the end of the last frame. */
function secondsReach({ frameCount, fps, timesSec }: TimeBase, sec: number): boolean {
  const lastSec = timesSec === undefined ? (frameCount - 1) / fps : (timesSec[frameCount - 1] ?? 0);
  return sec > lastSec + 1e-9;
}

/** Writes probabilities as a Parquet table: one row for each frame, one column for each behavior. */
export async function writeScores(store: ByteStore, path: string, scores: FrameScores): Promise<void> {
  const { behaviors, probability, timeBase, subject, target, provenance } = scores;
  const blockSize = 65_536;
  async function* blocks() {
    for (let firstFrame = 0; firstFrame < timeBase.frameCount; firstFrame += blockSize) {
      const frameCount = Math.min(blockSize, timeBase.frameCount - firstFrame);
      const values = new Float32Array(behaviors.length * frameCount);
      for (let b = 0; b < behaviors.length; b++) {
        for (let f = 0; f < frameCount; f++) {
          values[b * frameCount + f] = probability[(firstFrame + f) * behaviors.length + b] as number;
        }
      }
      yield { firstFrame, frameCount, values };
    }
  }
  const columns = behaviors.map((name) => ({
    name,
    unit: '',
    definition: `probability of ${name}`,
    subject,
    ...(target === undefined ? {} : { partner: target }),
  }));
  await writeFrameTable(store, path, { kind: 'scores', timeBase, columns, provenance }, blocks());
}

/** Returns probabilities that {@link writeScores} wrote, or undefined where there are none. */
export async function readScores(
  store: ByteStore,
  path: string,
  signal?: AbortSignal,
): Promise<FrameScores | undefined> {
  const table = await readFrameTable(store, path, { kind: 'scores', ...(signal === undefined ? {} : { signal }) });
  if (table === undefined) return undefined;
  const { columns, timeBase, values, provenance } = table;
  const probability = new Float32Array(values.length);
  for (let b = 0; b < columns.length; b++) {
    for (let f = 0; f < timeBase.frameCount; f++) {
      probability[f * columns.length + b] = values[b * timeBase.frameCount + f] as number;
    }
  }
  return {
    behaviors: columns.map(({ name }) => name),
    subject: columns[0]?.subject ?? '',
    ...(columns[0]?.partner === undefined ? {} : { target: columns[0].partner }),
    timeBase,
    probability,
    provenance,
  };
}
