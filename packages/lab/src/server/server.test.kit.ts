import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createRecording, createVideo, type Picture } from '@zoopraxis/core';
import { createProvenance, type RecordedAnnotations, readBoutFile } from '@zoopraxis/io';
import { createProjectFolder, hashFile, openProjectFolder, openVideoEncoder } from '@zoopraxis/io/node';
import { openFieldSkeleton } from '@zoopraxis/phantom';
import { makeBehaviorRecordings, tinyBehaviorDemo } from '../demo/behavior-recordings.js';
import { makeDemoProject } from '../demo/make-demo.js';
import { tinyDemo } from '../demo/recordings.js';
import type { JobView, StudioEvent } from './api.js';
import { type Studio, type StudioOptions, startStudio } from './start-server.js';

const quiet = { signal: new AbortController().signal, progress: () => {} };

/** Size and length of the video `clip` of the small project. */
export const smallFilm = { widthPx: 160, heightPx: 120, fps: 30, frameCount: 40 } as const;

/** Returns a picture with a bar that stands elsewhere in each frame. */
export function barPicture(frame: number, { widthPx, heightPx }: { widthPx: number; heightPx: number }): Picture {
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(40 + ((frame * 5) % 100));
  for (let y = 0; y < heightPx; y++) rgb.fill(220, (y * widthPx + frame) * 3, (y * widthPx + frame + 8) * 3);
  return { widthPx, heightPx, rgb };
}

/** Makes a project with a video of 40 frames, `clip`, in a recording of its own. Returns its folder, alone in another. */
export async function makeSmallProject(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-')), 'project');
  process.env.ZOOPRAXIS_CACHE = join(dirname(folder), 'cache');
  const { widthPx, heightPx, fps, frameCount } = smallFilm;
  const path = join(folder, 'videos', 'clip.mp4');
  await mkdir(dirname(path), { recursive: true });
  const encoder = await openVideoEncoder(path, { widthPx, heightPx, fps });
  for (let frame = 0; frame < frameCount; frame++) await encoder.write(barPicture(frame, smallFilm));
  await encoder.finish();
  const project = await createProjectFolder(folder, { name: 'small', skeletons: [openFieldSkeleton] });
  const video = { id: 'clip', source: 'videos/clip.mp4', view: 'top', ...smallFilm } as const;
  await project.addVideo(createVideo({ ...video, contentHash: await hashFile(path) }));
  await project.updateRecordings(() => [createRecording({ id: 'clip', videos: ['clip'] })]);
  await project.close();
  return folder;
}

/** Makes the same with labeled phantom frames to train on. */
export async function makeLabeledProject(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'zoopraxis-')), 'project');
  await makeDemoProject(folder, { seed: 1, size: tinyDemo }, quiet);
  const project = await openProjectFolder(folder, { mode: 'write' });
  await project.updateRecordings(() => [createRecording({ id: 'clip', videos: ['clip'] })]);
  await project.close();
  return folder;
}

/** Adds recordings of two phantom mice to a project: tracks, and bouts in the set `people`. */
export async function addBehavior(folder: string): Promise<string[]> {
  const work = await mkdtemp(join(tmpdir(), 'zoopraxis-'));
  try {
    const made = await makeBehaviorRecordings(work, { seed: 1, size: tinyBehaviorDemo }, quiet);
    const project = await openProjectFolder(folder, { mode: 'write' });
    const streams: RecordedAnnotations[] = [];
    const ids: string[] = [];
    for (const name of (await readdir(made.trainAnnotations)).sort()) {
      const id = basename(name, '.csv');
      ids.push(id);
      await mkdir(join(folder, 'tracks'), { recursive: true });
      await copyFile(join(made.trainTracks, `${id}.parquet`), join(folder, 'tracks', `${id}.parquet`));
      const bytes = new Uint8Array(await readFile(join(made.trainAnnotations, name)));
      const read = await readBoutFile(bytes, { recording: id, annotator: 'ada', report: () => {} });
      streams.push(...read.streams.map((stream) => ({ ...stream, recording: id })));
    }
    await project.updateRecordings((before) => [
      ...before,
      ...ids.map((id) => createRecording({ id, videos: [], tracks: [id] })),
    ]);
    const provenance = createProvenance({ operation: 'import annotations', versions: {}, inputs: [], parameters: {} });
    await project.writeAnnotations('people', { streams, provenance });
    await project.close();
    return ids;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A server that runs for a test, and one who may use it. */
export interface Visitor {
  readonly studio: Studio;
  readonly origin: string;
  readonly port: number;
  readonly cookie: string;
  /** Sends a request with cookie and origin. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Returns the JSON of an answer; fails where it is not 2xx. */
  json<Body>(path: string, init?: RequestInit): Promise<Body>;
  post<Body>(path: string, body: unknown): Promise<Body>;
}

/** Starts a server without a page, and enters by its link. */
export async function visit(folder: string, options: StudioOptions = {}): Promise<Visitor> {
  const studio = await startStudio(folder, { page: null, annotator: 'ada', ...options });
  const { origin, port } = new URL(studio.url);
  const entrance = await fetch(studio.url, { redirect: 'manual' });
  const cookie = (entrance.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const send = (path: string, init: RequestInit = {}) =>
    fetch(origin + path, { redirect: 'manual', ...init, headers: { cookie, origin, ...init.headers } });
  const json = async <Body>(path: string, init?: RequestInit) => {
    const response = await send(path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  };
  return {
    studio,
    origin,
    port: Number(port),
    cookie,
    fetch: send,
    json,
    post: (path, body) =>
      json(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
}

/** Events of a server as a page hears them. */
export interface Listener {
  /** All that was heard so far, in order. */
  readonly heard: readonly StudioEvent[];
  /** Settles with the first event, also of those heard already, that fits; rejects where the stream ends before. */
  until<Event extends StudioEvent>(fits: (event: StudioEvent) => event is Event): Promise<Event>;
  until(fits: (event: StudioEvent) => boolean): Promise<StudioEvent>;
  close(): void;
  /** Settles when the server ended the stream. */
  readonly ended: Promise<void>;
}

/** Listens to the events of a server. */
export async function listen(visitor: Visitor): Promise<Listener> {
  const stop = new AbortController();
  const response = await visitor.fetch('/api/events', { signal: stop.signal });
  const heard: StudioEvent[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) heard.push(JSON.parse(data));
      }
      for (const wake of waiting) wake();
    }
  };
  const ended = read()
    .catch(() => undefined)
    .then(() => {
      isOver = true;
      for (const wake of waiting) wake();
    });
  return {
    heard,
    ended,
    close: () => stop.abort(),
    async until(fits: (event: StudioEvent) => boolean) {
      for (;;) {
        const found = heard.find(fits);
        if (found !== undefined) return found as never;
        if (isOver) throw new Error(`the stream ended; heard ${JSON.stringify(heard).slice(0, 2000)}`);
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
  };
}

/** Returns a test of events: a job that has ended, or is in a state. */
export const jobIn =
  (id: string, ...states: JobView['state'][]) =>
  (event: StudioEvent): event is Extract<StudioEvent, { kind: 'job' }> =>
    event.kind === 'job' && event.job.id === id && states.includes(event.job.state);
