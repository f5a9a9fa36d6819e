import { basename, join, relative, sep } from 'node:path';
import type { Behavior } from '@zoopraxis/core';
import type { BoutEdit } from '@zoopraxis/io';
import type { Hono } from 'hono';
import { z } from 'zod';
import { writeBoutFiles } from '../../annotations/write-bout-files.js';
import { createBoutChangeTeller } from '../bouts/bout-changes.js';
import { findModelsBouts } from '../bouts/bout-owners.js';
import { editName, plainBout, sentEdit, streamWithBouts, tellSaved } from '../bouts/bout-views.js';
import { exportName, openExport } from '../bouts/export-files.js';
import { createRoutes, readBody, readQuery, refusal } from '../problem.js';
import { ownFolder } from '../project/own-folder.js';
import { timeBaseOfRecording } from '../project/project-view.js';
import type { ServerContext } from '../server-context.js';

const name = z.string().min(1).max(200);
const id = z.string().min(1).max(200);
const title = z.string().max(200);
const seconds = z.number().min(-1e9).max(1e9);

const streamSchema = z.object({
  set: name,
  recording: name,
  subject: name,
  target: name.optional(),
  annotator: name,
  channel: name,
});

const editSchema = z.object({
  stream: streamSchema,
  remove: z.array(id).max(2_000_000),
  add: z
    .array(
      z.object({
        id,
        behavior: name,
        startSec: seconds,
        endSec: seconds,
        probability: z.number().min(0).max(1).optional(),
        modifiers: z.array(title).max(100).optional(),
      }),
    )
    .max(2_000_000),
});

const undoSchema = z.object({ edit: editName, annotator: name, direction: z.enum(['undo', 'redo']) });

/** Formats of files that bouts are written in. */
const formats = ['csv', 'caltech', 'bento', 'boris', 'boris-project', 'simba'] as const;

/** Those of which one file holds several recordings. */
const ofMany = { csv: '.csv', boris: '.boris.csv', 'boris-project': '.boris' } as const;

/** Returns the ids of recordings in a query; throws a refusal with status 400 where they are none. */
function idsOf(json: string): string[] {
  try {
    return z.array(name).max(1000).parse(JSON.parse(json));
  } catch {
    throw refusal(400, 'query.recordings: must be ids of recordings as JSON, at most 1000');
  }
}

/** Returns the names behind `/api/exports/`, none where they cannot be read. */
function partsOf(path: string): string[] {
  try {
    return path.split('/').slice(3).map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** Returns the routes of bouts: reading, edits with undo, export. */
export function boutRoutes(context: ServerContext): Hono {
  const { project, folder, signal } = context;
  const routes = createRoutes();

  /** Tells the pages where streams or what they score changed: that is what the project's view shows. */
  async function tellStreams(sets: ReadonlySet<string>, before: string): Promise<void> {
    if ((await describeStreams(sets)) !== before) context.changed();
  }
  async function describeStreams(sets: ReadonlySet<string>): Promise<string> {
    const lines: unknown[] = [];
    for (const set of [...sets].sort()) {
      const streams = (await project.boutStreams(set)) ?? [];
      lines.push([set, streams.map(({ boutCount: _, ...stream }) => stream)]);
    }
    return JSON.stringify(lines);
  }

  const savedOf = (annotator: string, edit: string | undefined) => tellSaved(context, { of: 'bouts', annotator, edit });

  routes.get('/api/bouts', async (c) => {
    const schema = z.object({ set: name, recording: name.optional(), recordings: z.string().max(300_000).optional() });
    const { set, recording, recordings } = readQuery(c, schema);
    const wanted = recording === undefined ? idsOf(recordings ?? '') : [recording];
    if (!(await project.listAnnotations()).includes(set)) throw refusal(404, `the project has no annotations ${set}`);
    const isOfModel = await findModelsBouts(context);
    const streams = await project.readBouts(set, { recordings: wanted, signal: c.req.raw.signal });
    return c.json(streams.map((stream) => streamWithBouts(set, stream, !isOfModel(set, stream.annotations.annotator))));
  });

  const teller = createBoutChangeTeller();
  routes.get('/api/bout-changes', async (c) => {
    const schema = z.object({ set: name, recording: name, since: z.string().max(100).optional() });
    const { set, recording, since } = readQuery(c, schema);
    if (!(await project.listAnnotations()).includes(set)) throw refusal(404, `the project has no annotations ${set}`);
    const isOfModel = await findModelsBouts(context);
    const streams = await project.readBouts(set, { recordings: [recording], signal: c.req.raw.signal });
    return c.json(teller.tell({ set, recording, since }, streams, (annotator) => !isOfModel(set, annotator)));
  });

  routes.post('/api/bouts', async (c) => {
    const body = await readBody(
      c,
      z.object({ edit: editName, annotator: name, title, edits: z.array(editSchema).max(10_000) }),
    );
    const isOfModel = await findModelsBouts(context);
    const predicted = body.edits.find(({ stream }) => isOfModel(stream.set, stream.annotator));
    if (predicted !== undefined) {
      throw refusal(
        409,
        `the bouts of ${predicted.stream.annotator} are those of a model and stay as they are`,
        'Copy them to an annotator, and edit them there.',
      );
    }
    const edits = body.edits.map(({ stream, remove, add }): BoutEdit => ({ stream, remove, add: add.map(plainBout) }));
    const sets = new Set(edits.map(({ stream }) => stream.set));
    const before = await describeStreams(sets);
    await project.recordBouts(edits, { annotator: body.annotator, title: body.title, ...sentEdit(body.edit) });
    await tellStreams(sets, before);
    return c.json(await savedOf(body.annotator, body.edit));
  });

  routes.post('/api/bouts-undo', async (c) => {
    const { edit, annotator, direction } = await readBody(c, undoSchema);
    const who = { annotator, ...sentEdit(edit) };
    const all = new Set(await project.listAnnotations());
    const before = await describeStreams(all);
    const done = await (direction === 'undo' ? project.undoBouts(who) : project.redoBouts(who));
    if (done?.ethogram === undefined) await tellStreams(all, before);
    else context.changed();
    const reversed =
      done === undefined
        ? null
        : {
            title: done.title ?? 'edit of bouts',
            recordings: [...new Set(done.changes.map((each) => each.recording))],
          };
    return c.json({ ...(await savedOf(annotator, edit)), reversed });
  });

  routes.post('/api/bouts-export', async (c) => {
    const { set, format, recordings, annotator, channel, isTogether } = await readBody(
      c,
      z.object({
        set: name,
        format: z.enum(formats),
        recordings: z.array(name).max(100_000).optional(),
        annotator: name.optional(),
        channel: name.optional(),
        isTogether: z.boolean().default(false),
      }),
    );
    if (!(await project.listAnnotations()).includes(set)) throw refusal(404, `the project has no annotations ${set}`);
    const unknown = recordings?.find((item) => !project.manifest.recordings.some((entry) => entry.id === item));
    if (unknown !== undefined) throw refusal(404, `the project has no recording ${unknown}`);
    const streams = (await project.readBouts(set, recordings === undefined ? {} : { recordings }))
      .map(({ ids: _, ...stream }) => stream)
      .filter(
        ({ annotations }) =>
          (annotator === undefined || annotations.annotator === annotator) &&
          (channel === undefined || annotations.channel === channel),
      );
    if (streams.length === 0) throw refusal(422, `the annotations ${set} have no bouts of these recordings`);
    // Paths of recordings never leave the folder: the writer makes plain names of them.
    const stem = exportName([set, annotator, channel, format === 'boris-project' ? undefined : format]);
    const ending = Object.hasOwn(ofMany, format) && isTogether ? ofMany[format as keyof typeof ofMany] : '';
    const notes = new Set<string>();
    const { manifest } = project;
    const { written, failed } = await writeBoutFiles(streams, {
      format,
      out: join(await ownFolder(folder, 'exports'), `${stem}${ending}`),
      behaviors: manifest.ethogram.behaviors as readonly Behavior[],
      mediumOf: (recording) => {
        const [first] = manifest.recordings.find((entry) => entry.id === recording)?.videos ?? [];
        const source = manifest.videos.find((video) => video.id === first)?.source;
        return source === undefined ? undefined : basename(source.replaceAll('\\', '/'));
      },
      force: true,
      split: true,
      lengthOf: async (recording) => {
        const base = await timeBaseOfRecording(context, recording);
        if (base === undefined) return {};
        const { fps, frameCount, timesSec } = base;
        return { fps, frameCount, ...(timesSec === undefined ? {} : { timeBase: base }) };
      },
      report: ({ where, message }) => notes.size < 20 && notes.add(`${where}: ${message}`),
      signal: AbortSignal.any([signal, c.req.raw.signal]),
    });
    const [first] = failed;
    if (first !== undefined) throw first.error;
    return c.json({
      files: written.map(({ path }) => relative(folder, path).split(sep).join('/')),
      boutCount: written.reduce((sum, { bouts }) => sum + bouts, 0),
      notes: [...notes],
    });
  });

  routes.get('/api/exports/*', async (c) => {
    const parts = partsOf(c.req.path);
    const file = await openExport(folder, parts);
    if (file === undefined) throw refusal(404, 'there is no such file in exports/');
    try {
      c.header('content-type', 'application/octet-stream');
      c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(parts.at(-1) ?? '')}`);
      c.header('cache-control', 'private, no-store');
      return c.body(new Uint8Array(await file.readFile()));
    } finally {
      await file.close();
    }
  });

  return routes;
}
