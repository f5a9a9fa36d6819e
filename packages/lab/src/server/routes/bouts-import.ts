import { StorageError } from '@zoopraxis/core';
import { type Bout, type BoutEdit, type RecordedAnnotations, readBoutFile } from '@zoopraxis/io';
import type { Hono } from 'hono';
import { z } from 'zod';
import { editName, sentEdit, tellSaved } from '../bouts/bout-views.js';
import { withUnroundedEdges } from '../bouts/snap-rounded.js';
import { createRoutes, readBody, refusal } from '../problem.js';
import { listStreams, timeBaseOfRecording } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';

const name = z.string().min(1).max(200);

const importSchema = z.object({
  edit: editName,
  fileName: z.string().min(1).max(500),
  base64: z.base64(),
  set: name,
  recording: name,
  annotator: name,
  subject: name,
  target: name.optional(),
  timesAre: z.enum(['seconds', 'frames']).optional(),
  by: name.optional(),
});

/** Most bouts that one file may bring. */
const mostBouts = 500_000;

/** Returns the bouts of annotations, in order, with ids that begin with a word. */
function boutsOf({ annotations }: RecordedAnnotations, prefix: string): Bout[] {
  const { behaviors, behavior, startSec, endSec, probability, modifiers } = annotations;
  return Array.from(startSec, (start, i): Bout => {
    const chance = probability?.[i];
    const words = modifiers?.[i] ?? [];
    return {
      id: `${prefix}.${i}`,
      behavior: behaviors[behavior[i] as number] as string,
      startSec: start,
      endSec: endSec[i] as number,
      ...(chance === undefined || Number.isNaN(chance) ? {} : { probability: chance }),
      ...(words.length === 0 ? {} : { modifiers: words }),
    };
  });
}

/**
 * Returns the route that takes bouts out of a file of another program: one step of undo, in which streams that the file holds
 * take the place of those of the same name.
 */
export function boutImportRoutes(context: ServerContext): Hono {
  const { project } = context;
  return createRoutes().post('/api/bouts-import', async (c) => {
    const body = await readBody(c, importSchema);
    const { fileName, set, recording, annotator, subject, target, by = annotator } = body;
    const ids = new Set(project.manifest.recordings.map(({ id }) => id));
    if (!ids.has(recording)) throw refusal(404, `the project has no recording ${recording}`);
    const base = await timeBaseOfRecording(context, recording);
    const notes: string[] = [];
    const bytes = new Uint8Array(Buffer.from(body.base64, 'base64'));
    // With a rate, tables are read as frames; formats that always count in frames refuse to be read without one.
    const beginning = new TextDecoder().decode(bytes.subarray(0, 4096));
    const head = beginning.split('\n', 1)[0] ?? '';
    const isInFrames = body.timesAre === 'frames' || (body.timesAre === undefined && /start[_ ]frame/i.test(head));
    // Our own files, as those of MARS, call what is no behavior `other`; Caltech's call it `base`.
    const isOther = /\bother\b/.test(beginning) && !/\bbase\b/.test(beginning);
    const readWith = (rate: { readonly fps?: number }) => {
      notes.length = 0;
      return readBoutFile(bytes, {
        recording,
        subject,
        annotator,
        path: fileName.replace(/^.*[\\/]/, ''),
        report: ({ where, message }) => notes.length < 20 && notes.push(`${where}: ${message}`),
        ...rate,
        ...(isOther ? { background: 'other' } : {}),
        signal: c.req.raw.signal,
      });
    };
    const rate = base === undefined ? {} : { fps: base.fps };
    const read = await readWith(isInFrames ? rate : {}).catch((error: unknown) => {
      if (error instanceof StorageError && base !== undefined && !isInFrames) return readWith(rate);
      throw error;
    });
    const named = new Set(read.streams.map((stream) => stream.recording));
    // A file of one session is of the one that is open, whatever it calls it.
    const placeOf = (stream: RecordedAnnotations) => (named.size === 1 ? recording : stream.recording);
    const strange = [...named].filter((each) => named.size > 1 && !ids.has(each));
    if (strange.length === named.size) {
      throw refusal(422, `${fileName} has ${named.size} recordings, and none of them is in the project`);
    }
    if (strange.length > 0)
      notes.push(`Left out: ${strange.slice(0, 10).join(', ')}, which the project does not have.`);
    const models = new Set(await project.listModels());
    const streams = await listStreams(context, models);
    const edits = new Map<string, { stream: BoutEdit['stream']; remove: readonly string[]; add: readonly Bout[] }>();
    let count = 0;
    const stamp = Date.now().toString(36);
    const total = read.streams.reduce((sum, { annotations }) => sum + annotations.startSec.length, 0);
    if (total > mostBouts) throw refusal(413, `the file has more than ${mostBouts} bouts`, 'Use `zoopraxis import`.');
    for (const [i, stream] of read.streams.entries()) {
      const place = placeOf(stream);
      if (!ids.has(place)) continue;
      const own = stream.annotations;
      const whom = own.target ?? (own.subject === subject ? target : undefined);
      const key: BoutEdit['stream'] = {
        set,
        recording: place,
        subject: own.subject === '' ? subject : own.subject,
        ...(whom === undefined ? {} : { target: whom }),
        annotator: own.annotator === '' ? annotator : own.annotator,
        channel: own.channel,
      };
      const isOfModel = streams.some(
        (other) => !other.isHuman && other.set === set && other.annotator === key.annotator,
      );
      if (isOfModel || models.has(key.annotator)) {
        throw refusal(409, `${key.annotator} is a model`, 'Import into another set, or correct the name in the file.');
      }
      const text = JSON.stringify(key);
      const edit = edits.get(text) ?? { stream: key, remove: [], add: [] };
      edits.set(text, edit);
      const frames = place === recording ? base : await timeBaseOfRecording(context, place);
      const inFile = boutsOf(stream, `${stamp}-${i}`);
      const { bouts, movedCount } =
        frames === undefined ? { bouts: inFile, movedCount: 0 } : withUnroundedEdges(inFile, frames);
      if (movedCount > 0 && notes.length < 20)
        notes.push(`${place}: ${movedCount} edges were rounded to milliseconds, and stand on their frames again.`);
      edit.add = [...edit.add, ...bouts];
      count += bouts.length;
    }
    const isOld = (await project.listAnnotations()).includes(set);
    for (const edit of isOld ? edits.values() : []) {
      const { stream } = edit;
      const before = await project.readBouts(set, { recordings: [stream.recording] });
      const same = before.find(
        ({ annotations: a }) =>
          a.subject === stream.subject &&
          a.target === stream.target &&
          a.annotator === stream.annotator &&
          a.channel === stream.channel,
      );
      edit.remove = same?.ids ?? [];
    }
    await project.recordBouts([...edits.values()], {
      annotator: by,
      title: `import ${fileName}`.slice(0, 200),
      ...sentEdit(body.edit),
    });
    context.changed();
    const saved = await tellSaved(context, { of: 'bouts', annotator: by, edit: body.edit });
    return c.json({
      saved,
      format: read.format,
      boutCount: count,
      streams: [...edits.values()].map(({ stream }) => stream),
      notes,
    });
  });
}
