import { type FrameSource, median, type Picture, type PoseTracks, UnavailableError } from '@zoopraxis/core';

/** How coats are compared. */
export interface CoatOptions {
  /** Coat of the resident: `darker` (default, as black residents and white intruders) or `brighter`. */
  readonly residentIs?: 'darker' | 'brighter';
  /** Frames looked at, spread over the recording; default 25. */
  readonly frameCount?: number;
  /** Individuals that are compared; default the first two. */
  readonly individuals?: readonly [string, string];
  readonly signal?: AbortSignal;
}

/** Who is who by coat. */
export interface ResidentByCoat {
  readonly resident: string;
  readonly intruder: string;
  /** Median brightness of resident and intruder, 0..255; list. */
  readonly brightness: readonly [resident: number, intruder: number];
  /** Share of the frames looked at that agree. */
  readonly agreement: number;
  /** Frames in which both coats were seen. */
  readonly frameCount: number;
}

/** Mean brightness inside the ellipse of an animal's points (one SD to each side), 0..255; NaN for too few points. */
function brightnessInside(picture: Picture, tracks: PoseTracks, frame: number, individual: number): number {
  const points = tracks.skeleton.keypoints.length;
  const first = (frame * tracks.individuals.length + individual) * points * 2;
  let [count, x, y] = [0, 0, 0];
  const known: [number, number][] = [];
  for (let point = 0; point < points; point++) {
    const at = [
      tracks.position[first + 2 * point] as number,
      tracks.position[first + 2 * point + 1] as number,
    ] as const;
    if (!(Number.isFinite(at[0]) && Number.isFinite(at[1]))) continue;
    known.push([at[0], at[1]]);
    x += at[0];
    y += at[1];
    count++;
  }
  if (count < 3) return Number.NaN;
  x /= count;
  y /= count;
  let [xx, xy, yy] = [0, 0, 0];
  for (const [px, py] of known) {
    xx += (px - x) ** 2;
    xy += (px - x) * (py - y);
    yy += (py - y) ** 2;
  }
  [xx, xy, yy] = [xx / (count - 1), xy / (count - 1), yy / (count - 1)];
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1)) return Number.NaN;
  const [reachX, reachY] = [Math.sqrt(xx), Math.sqrt(yy)];
  const { widthPx, heightPx, rgb } = picture;
  let [sum, pixels] = [0, 0];
  for (let row = Math.max(0, Math.ceil(y - reachY)); row <= Math.min(heightPx - 1, Math.floor(y + reachY)); row++) {
    for (
      let column = Math.max(0, Math.ceil(x - reachX));
      column <= Math.min(widthPx - 1, Math.floor(x + reachX));
      column++
    ) {
      const [dx, dy] = [column - x, row - y];
      if (yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy > determinant) continue;
      const at = 3 * (row * widthPx + column);
      // Rec. 601 weights of light.
      sum += 0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number);
      pixels++;
    }
  }
  return pixels < 10 ? Number.NaN : sum / pixels;
}

/**
 * Returns which of two mice is the resident by the brightness of their coats inside the ellipse of their points, in some
 * frames spread over the recording, with how sure that is.
 * @throws UnavailableError where both are seen in no frame, or fewer than three quarters of the frames agree.
 */
export async function residentByCoat(
  tracks: PoseTracks,
  frames: FrameSource,
  options: CoatOptions = {},
): Promise<ResidentByCoat> {
  const { residentIs = 'darker', frameCount = 25, individuals = tracks.individuals.slice(0, 2), signal } = options;
  if (residentIs !== 'darker' && residentIs !== 'brighter') {
    throw new RangeError(`resident by coat: residentIs must be darker or brighter, got ${residentIs}`);
  }
  if (!Number.isSafeInteger(frameCount) || frameCount < 1) {
    throw new RangeError(`resident by coat: frameCount must be a whole number from 1, got ${frameCount}`);
  }
  const hint = 'Name the resident instead.';
  const pair = individuals.map((name) => tracks.individuals.indexOf(name)) as [number, number];
  if (pair.length !== 2 || pair.includes(-1) || pair[0] === pair[1]) {
    throw new UnavailableError(`resident by coat: needs two mice, got ${individuals.join(', ')}`, {
      hint: `The individuals are ${tracks.individuals.join(', ')}.`,
    });
  }
  if (tracks.space !== 'image' || tracks.dimensions !== 2) {
    throw new RangeError(`resident by coat: tracks must be in px of the image, got ${tracks.space}`);
  }
  const length = Math.min(tracks.timeBase.frameCount, frames.frameCount);
  const looked = new Set(
    Array.from({ length: Math.min(frameCount, length) }, (_, i) =>
      Math.floor(((i + 0.5) * length) / Math.min(frameCount, length)),
    ),
  );
  const seen: [number, number][] = [];
  for (const frame of looked) {
    signal?.throwIfAborted();
    const picture = await frames.frame(frame, signal);
    const found = pair.map((individual) => brightnessInside(picture, tracks, frame, individual)) as [number, number];
    frames.recycle?.(picture);
    if (!picture.corrupt && !found.some(Number.isNaN)) seen.push(found);
  }
  if (seen.length === 0) {
    throw new UnavailableError(`resident by coat: both mice are seen in none of ${looked.size} frames`, { hint });
  }
  const [a, b] = [0, 1].map((which) => median(seen.map((found) => found[which] as number))) as [number, number];
  const firstIsResident = residentIs === 'darker' ? a < b : a > b;
  const agreeing = seen.filter(([one, two]) => one !== two && one < two === a < b).length / seen.length;
  if (agreeing < 0.75) {
    throw new UnavailableError(
      `resident by coat: the coats do not tell the mice apart: brightness ${a.toFixed(0)} and ${b.toFixed(0)}, and only ${Math.round(100 * agreeing)} % of ${seen.length} frames agree`,
      { hint: `${hint} If identities were exchanged between frames, repair them first.` },
    );
  }
  const names = pair.map((individual) => tracks.individuals[individual] as string) as [string, string];
  return {
    resident: names[firstIsResident ? 0 : 1],
    intruder: names[firstIsResident ? 1 : 0],
    brightness: firstIsResident ? [a, b] : [b, a],
    agreement: agreeing,
    frameCount: seen.length,
  };
}
