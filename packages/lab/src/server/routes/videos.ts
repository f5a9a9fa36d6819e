import type { Hono } from 'hono';
import { z } from 'zod';
import { type FilmRecord, keepFilmRecord, readFilmRecord } from '../../videos/film-record.js';
import { createRoutes, readQuery, refusal } from '../problem.js';
import { noteFilmLength } from '../project/project-problems.js';
import type { ServerContext } from '../server-context.js';
import { byteRange } from '../videos/byte-range.js';
import { filePart } from '../videos/file-stream.js';
import { createFramePictures } from '../videos/frame-pictures.js';
import { isVideoContainer, type LocatedVideo, locateVideo, videoEntry } from '../videos/locate-video.js';
import { createOpenVideos } from '../videos/open-videos.js';
import { videoDetail } from '../videos/video-detail.js';

const types: readonly (readonly [RegExp, string])[] = [
  [/\.(mp4|m4v)$/i, 'video/mp4'],
  [/\.mov$/i, 'video/quicktime'],
  [/\.webm$/i, 'video/webm'],
  [/\.mkv$/i, 'video/x-matroska'],
  [/\.avi$/i, 'video/x-msvideo'],
];

const frameQuery = z.object({
  format: z.enum(['jpeg', 'png']).default('jpeg'),
  width: z.coerce.number().int().min(16).max(16_384).optional(),
  near: z.enum(['1']).optional(),
});

/** Returns the routes of videos: their bytes for browsers that decode, single frames for all others. */
export function videoRoutes(context: ServerContext): Hono {
  const { folder, project } = context;
  const videos = createOpenVideos();
  const pictures = createFramePictures(videos);
  context.onClose(() => videos.close());
  const locate = (id: string): Promise<LocatedVideo> => locateVideo(folder, videoEntry(project.manifest, id));
  const readRecord = async (video: LocatedVideo): Promise<FilmRecord> =>
    // The time of a folder does not tell that an image in it was replaced, and one is open in a moment.
    (video.isFolder ? undefined : await readFilmRecord(video.tag)) ??
    (await videos.use(video, ({ information }) => keepFilmRecord(video.tag, information)));
  // What is being found out is found out once.
  const reading = new Map<string, Promise<FilmRecord>>();
  const recordOf = (video: LocatedVideo): Promise<FilmRecord> => {
    const key = `${video.entry.id}/${video.tag}`;
    const known = reading.get(key);
    if (known !== undefined) return known;
    const record = readRecord(video).finally(() => reading.delete(key));
    record.then(
      ({ frameCount }) => noteFilmLength(context, video.entry, frameCount),
      () => undefined,
    );
    reading.set(key, record);
    return record;
  };
  // A page begins with the first recording, and is on its way.
  const begin = async (id: string): Promise<void> => void (await recordOf(await locate(id)));
  for (const id of project.manifest.recordings[0]?.videos.slice(0, 2) ?? []) begin(id).catch(() => undefined);
  // Films are asked for in many parts: each is looked into once for each content.
  const containers = new Map<string, Promise<boolean>>();
  const isContainer = ({ path, tag }: LocatedVideo): Promise<boolean> => {
    const known = containers.get(tag) ?? isVideoContainer(path);
    if (containers.size > 1000) containers.clear();
    containers.set(tag, known);
    known.catch(() => containers.delete(tag));
    return known;
  };
  const routes = createRoutes();

  routes.get('/api/videos/:video', async (c) => {
    const video = await locate(c.req.param('video'));
    return c.json(videoDetail(await recordOf(video)));
  });

  routes.get('/api/videos/:video/bytes', async (c) => {
    const video = await locate(c.req.param('video'));
    if (video.isFolder || !(await isContainer(video))) {
      throw refusal(415, `this is no file that a page decodes: ${video.path}`, 'Its frames are there one by one.');
    }
    const { path, sizeBytes } = video;
    const etag = `"${video.tag}"`;
    const type = types.find(([pattern]) => pattern.test(path))?.[1] ?? 'application/octet-stream';
    c.header('content-type', type);
    c.header('accept-ranges', 'bytes');
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    const condition = c.req.header('if-range');
    const wanted = condition === undefined || condition === etag ? c.req.header('range') : undefined;
    const range = byteRange(wanted, sizeBytes);
    if (range === 'unsatisfiable') {
      c.header('content-range', `bytes */${sizeBytes}`);
      return c.body(null, 416);
    }
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    if (range !== undefined) c.header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
    c.header('content-length', String(end - start + 1));
    const status = range === undefined ? 200 : 206;
    if (c.req.method === 'HEAD' || sizeBytes === 0) return c.body(null, status);
    return c.body(await filePart(path, { start, end }), status);
  });

  routes.get('/api/videos/:video/times', async (c) => {
    const video = await locate(c.req.param('video'));
    const etag = `"${video.tag}"`;
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    const { frameCount, fps, timesSec } = await recordOf(video);
    const times = timesSec ?? new Float64Array(frameCount);
    if (timesSec === undefined) for (let frame = 0; frame < frameCount; frame++) times[frame] = frame / fps;
    c.header('content-type', 'application/octet-stream');
    return c.body(new Uint8Array(times.buffer as ArrayBuffer, times.byteOffset, times.byteLength));
  });

  routes.get('/api/videos/:video/frames/:frame', async (c) => {
    const text = c.req.param('frame');
    if (!/^\d{1,10}$/.test(text)) throw refusal(400, `frame: must be a whole number from 0, got ${text.slice(0, 40)}`);
    const asked = Number(text);
    const { format, width, near } = readQuery(c, frameQuery);
    const video = await locate(c.req.param('video'));
    if (asked >= video.entry.frameCount) {
      throw refusal(
        404,
        `the video ${video.entry.id} has ${video.entry.frameCount} frames, there is no frame ${asked}`,
      );
    }
    const frame =
      near === undefined
        ? asked
        : await videos.use(video, async (source) => (await source.keyFrameOf?.(asked)) ?? asked);
    c.header('x-frame', String(frame));
    const etag = `"${video.tag}-${frame}-${format}-${width ?? ''}"`;
    c.header('etag', etag);
    c.header('cache-control', 'private, no-cache');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    const wish = { frame, format, ...(width === undefined ? {} : { widthPx: width }) };
    const { bytes, isCorrupt } = await pictures.picture(video, wish, c.req.raw.signal).catch(async (error) => {
      if (!(error instanceof RangeError)) throw error;
      const { frameCount } = await recordOf(video);
      throw refusal(
        404,
        `the film of ${video.entry.id} has ${frameCount} frames and the project counts ${video.entry.frameCount}, there is no frame ${frame}`,
        'It was cut off, or replaced by another: copy it again.',
      );
    });
    c.header('content-type', `image/${format}`);
    if (isCorrupt) c.header('x-frame-corrupt', '1');
    return c.body(bytes as Uint8Array<ArrayBuffer>);
  });

  return routes;
}
