import type { FilmRecord } from '../../videos/film-record.js';
import type { VideoDetail } from '../api.js';

/** Codecs that browsers decode, as FFmpeg calls them. */
const pageCodecs = new Set(['h264', 'vp8', 'vp9', 'av1']);
/** Containers that the page reads, as FFmpeg calls them. */
const pageContainers = /^(mov,mp4,m4a,3gp,3g2,mj2|matroska,webm)$/;
/** Pictures that every browser's decoder takes: others differ from browser to browser. */
const pagePixels = new Set(['yuv420p', 'yuvj420p']);

/**
 * Returns how a video can be shown. A page decodes only what it is sure to show as we do: frame for frame, upright, at the
 * times of the file.
 */
export function videoDetail(film: FilmRecord): VideoDetail {
  const { codec, container, startSec, frameCount, pixelFormat, isMirrored, isTruncated, repairedTimeCount } = film;
  const isForPage =
    pageCodecs.has(codec) &&
    pageContainers.test(container) &&
    pagePixels.has(pixelFormat) &&
    !isMirrored &&
    !isTruncated &&
    repairedTimeCount === 0;
  return { codec, container, decode: isForPage ? 'page' : 'server', startSec, frameCount };
}
