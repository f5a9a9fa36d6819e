import type { ModelCard } from '../model/card.js';
import { gaussianTop } from './gaussian-peak.js';
import { type Peaks, WINDOW } from './peaks.js';

const REACH = (WINDOW - 1) / 2;

/**
 * Returns where each map's point lies in px of the network's input, shape `[map, 2]`, center of the top-left pixel at
 * (0, 0). Cell i has its center at `stride i + (stride - 1) / 2`; from there the point lies at the offset in units of
 * `locrefStdPx` (DeepLabCut 3), or at the top of the Gaussian around the cell.
 */
export function pointsOfPeaks(peaks: Peaks, decoding: ModelCard['decoding']): Float64Array {
  const { rows, columns, index, offset, window } = peaks;
  const { stride, locrefStdPx } = decoding;
  const points = new Float64Array(2 * index.length);
  const around = new Float64Array(WINDOW * WINDOW);
  for (let map = 0; map < index.length; map++) {
    const cell = index[map] as number;
    const column = cell % columns;
    const row = (cell - column) / columns;
    let [x, y] = [0, 0];
    if (offset) {
      x = (offset[2 * map] as number) * locrefStdPx;
      y = (offset[2 * map + 1] as number) * locrefStdPx;
    } else if (window) {
      for (let at = 0; at < around.length; at++) {
        const [nearX, nearY] = [column + (at % WINDOW) - REACH, row + Math.floor(at / WINDOW) - REACH];
        const inside = nearX >= 0 && nearX < columns && nearY >= 0 && nearY < rows;
        around[at] = inside ? (window[map * around.length + at] as number) : Number.NaN;
      }
      const [cellsX, cellsY] = gaussianTop(around, WINDOW);
      x = stride * cellsX;
      y = stride * cellsY;
    }
    points[2 * map] = stride * column + (stride - 1) / 2 + x;
    points[2 * map + 1] = stride * row + (stride - 1) / 2 + y;
  }
  return points;
}
