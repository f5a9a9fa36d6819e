import type { ServerContext } from '../server-context.js';

/** What was found out about a project after it was opened. */
interface Found {
  /** Sentences about films that are not as the project says, by video. */
  readonly films: Map<string, string>;
  /** Labeled images without a file, as of a number of images and a time. */
  images: { readonly count: number; readonly at: number; readonly missing: readonly string[] } | undefined;
}

const all = new WeakMap<ServerContext, Found>();

function foundOf(context: ServerContext): Found {
  const known = all.get(context);
  if (known !== undefined) return known;
  const made: Found = { films: new Map(), images: undefined };
  all.set(context, made);
  return made;
}

/** Takes note of how many frames a film has; where the project counts others, its pages are told. */
export function noteFilmLength(
  context: ServerContext,
  video: { readonly id: string; readonly frameCount: number },
  frameCount: number,
): void {
  const { films } = foundOf(context);
  const sentence =
    frameCount === video.frameCount
      ? undefined
      : `the film of ${video.id} has ${frameCount} frames and the project counts ${video.frameCount}: it was cut off, or replaced by another`;
  if (films.get(video.id) === sentence) return;
  if (sentence === undefined) films.delete(video.id);
  else films.set(video.id, sentence);
  context.changed();
}

/** Images are looked for again after this time, ms: folders come and go with disks. */
const lookAgainMs = 60_000;

async function missingImages(context: ServerContext): Promise<readonly string[]> {
  const found = foundOf(context);
  const { project } = context;
  const images = project.images();
  const isKnown = found.images?.count === images.length && performance.now() - (found.images?.at ?? 0) < lookAgainMs;
  if (!isKnown) {
    const names = images.length === 0 ? [] : await project.store.list('labeled-data/');
    const there = new Set(names);
    const missing = images.map((image) => project.imageName(image)).filter((name) => !there.has(name));
    found.images = { count: images.length, at: performance.now(), missing };
  }
  return found.images?.missing ?? [];
}

const few = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

/** Returns what is not as the project says, as sentences: nothing of it is passed over in silence. */
export async function projectProblems(context: ServerContext): Promise<string[]> {
  const { recordings, videos } = context.project.manifest;
  const known = new Set(videos.map(({ id }) => id));
  const strange = recordings.flatMap((entry) =>
    entry.videos.filter((id) => !known.has(id)).map((id) => `${id} (in recording ${entry.id})`),
  );
  const missing = await missingImages(context);
  return [
    ...(strange.length === 0 ? [] : [`recordings name videos that the project does not have: ${few(strange)}`]),
    ...(missing.length === 0
      ? []
      : [
          `${missing.length} ${missing.length === 1 ? 'labeled image is' : 'labeled images are'} missing; their labels are kept, bring the files back: ${few(missing)}`,
        ]),
    ...foundOf(context).films.values(),
  ];
}
