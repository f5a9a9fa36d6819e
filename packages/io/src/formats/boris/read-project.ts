import { FormatError } from '@zoopraxis/core';
import { z } from 'zod';
import { decodeText, parseJson } from '../../records/parse-record.js';
import { createBoutCollector } from '../annotations/bout-collector.js';
import type { BoutFile, BoutReadOptions } from '../annotations/bout-file.js';
import { type ByteSource, wholeBytes } from '../byte-source.js';
import { type BorisEvent, pairEvents } from './pair-events.js';

/** What a BORIS project does not say. */
export interface BorisReadOptions extends BoutReadOptions {
  readonly annotator: string;
  /** Animal of events without a focal subject; by default it has the name of its recording. */
  readonly subject?: string;
}

const format = 'BORIS project';

const numberOf = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number);
const projectSchema = z.object({
  project_format_version: z.union([z.string(), z.number()]).transform(String),
  behaviors_conf: z.record(z.string(), z.looseObject({ code: z.string().min(1), type: z.string() })),
  observations: z.record(
    z.string(),
    z.looseObject({
      type: z.string().default('MEDIA'),
      file: z.union([z.record(z.string(), z.array(z.string())), z.array(z.unknown())]).default({}),
      'time offset': numberOf.default(0),
      'observation time interval': z.array(numberOf).nullish(),
      media_info: z.looseObject({ length: z.record(z.string(), numberOf).optional() }).nullish(),
      // time, subject, code, modifier, comment and, since version 7, number of the frame
      events: z.array(z.array(z.unknown()).min(3)),
    }),
  ),
});

const eventSchema = z.tuple([numberOf, z.string(), z.string()], z.unknown());

/** Tells whether bytes look like a BORIS project: JSON with its keys. */
export function isBorisProject(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 2 ** 20));
  if (!/^\s*\{/.test(text)) return false;
  const whole = bytes.length <= 2 ** 20 ? text : new TextDecoder().decode(bytes);
  return whole.includes('"behaviors_conf"') && whole.includes('"observations"');
}

/**
 * Returns the bouts of all observations of a BORIS project (`.boris`, JSON), each observation a recording of its name,
 * one stream for each subject. Times are seconds from the start of the observation's first medium; BORIS shows them with
 * the observation's time offset added, the file has them without. Intervals are half-open. Behaviors of the project's
 * catalogue count as scored in every observation. Modifiers are kept, comments are not.
 *
 * @throws FormatError naming observation and event: no project, an unknown behavior, an observation of pictures.
 */
export async function readBorisProject(source: ByteSource, options: BorisReadOptions): Promise<BoutFile> {
  const { path, annotator, report } = options;
  const place = {
    format,
    ...(path === undefined ? {} : { path }),
    hint: 'Open the project with a current BORIS and save it again.',
  };
  const bytes = await wholeBytes(source, { path, signal: options.signal, maxBytes: 2 ** 28 });
  const project = parseJson(projectSchema, decodeText(bytes, place), place);
  const kinds = new Map(
    Object.values(project.behaviors_conf).map(
      ({ code, type }) => [code, /^point/i.test(type) ? 'point' : 'state'] as const,
    ),
  );
  const collector = createBoutCollector();
  for (const [recording, observation] of Object.entries(project.observations)) {
    const fail = (where: string, expected: string, found: string): never => {
      throw new FormatError({ ...place, where: `observation ${recording}, ${where}`, expected, found });
    };
    if (/^images$/i.test(observation.type)) fail('type', 'MEDIA or LIVE', observation.type);
    const key = (subject: string) => ({ recording, subject: subject || (options.subject ?? recording), annotator });
    const events = observation.events.map((raw, i): BorisEvent => {
      const parsed = eventSchema.safeParse(raw);
      if (!parsed.success) return fail(`event ${i + 1}`, 'time, subject and code', JSON.stringify(raw).slice(0, 60));
      const [timeSec, subject, behavior, modifier] = parsed.data;
      const kind = kinds.get(behavior) ?? fail(`event ${i + 1}`, 'a behavior of the project', behavior);
      const text = typeof modifier === 'string' ? modifier : '';
      const modifiers = text
        .split('|')
        .map((part) => part.trim())
        .filter((part) => part !== '' && part !== 'None');
      return { timeSec, subject, behavior, modifiers, kind, where: `observation ${recording}, event ${i + 1}` };
    });
    const lengthSec = lengthOf(observation.file, observation.media_info?.length);
    if (lengthSec === undefined && events.length > 0) {
      report({
        severity: 'note',
        code: 'unscored-ends',
        file: path ?? '',
        where: `observation ${recording}`,
        message: 'The project does not hold how long this observation was.',
        hint: 'Rates and shares of time use the length of the video where the project has one.',
      });
    }
    const subjects = new Set(events.map(({ subject }) => subject));
    if (subjects.size === 0) subjects.add('');
    for (const subject of subjects) {
      collector.score(key(subject), kinds.keys());
      const [from = 0, to = 0] = observation['observation time interval'] ?? [];
      if (to > from) collector.observe(key(subject), from, to);
      else if (lengthSec !== undefined) collector.observe(key(subject), 0, lengthSec);
    }
    pairEvents(events, {
      collector,
      key,
      report,
      path: path ?? '',
      ...(lengthSec === undefined ? {} : { endSec: lengthSec }),
    });
  }
  return { streams: collector.streams(), scoredIsKnown: true };
}

/** Returns the length of the media of the first player, one after the other, in seconds; undefined where one is not known. */
function lengthOf(
  file: Readonly<Record<string, readonly string[]>> | readonly unknown[],
  lengths: Readonly<Record<string, number>> | undefined,
): number | undefined {
  const media = Array.isArray(file) ? [] : ((file as Readonly<Record<string, readonly string[]>>)['1'] ?? []);
  if (media.length === 0 || lengths === undefined) return undefined;
  const seconds = media.map((name) => lengths[name]);
  return seconds.some((value) => value === undefined)
    ? undefined
    : seconds.reduce<number>((total, value) => total + (value as number), 0);
}
