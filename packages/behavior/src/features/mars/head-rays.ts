import type { Row } from './rows.js';
import type { MarsWorkspace } from './workspace.js';

/** Slopes of the published rays: from -3 pi / 4 to pi / 4 in steps of 0.02 rad, and pi / 2 more. */
const rays = Array.from({ length: Math.ceil((Math.PI + 0.01) / 0.02) }, (_, i) => {
  const angle = (-Math.PI * 3) / 4 + 0.02 * i + Math.PI / 2;
  return { slope: Math.tan(angle), left: angle > Math.PI / 2 };
});
const slopes = Float64Array.from(rays, ({ slope }) => slope);
const firstLeft = rays.findIndex(({ left }) => left);

/** The published smoothing of the left ear: 125 frames, exp(-x^2 / (2 * 25)), so an SD of 5 frames. */
const halfWidth = 62;
const kernel = Float64Array.from({ length: 2 * halfWidth + 1 }, (_, i) => Math.exp(-((i - halfWidth) ** 2) / 50));
const kernelSum = kernel.reduce((sum, value) => sum + value, 0);
for (let i = 0; i < kernel.length; i++) kernel[i] = (kernel[i] as number) / kernelSum;

/** Whether a ray from the origin meets the ellipse of four turned points before anything behind it. */
function raysMeet(x: Float64Array, y: Float64Array, first: number): boolean {
  const xc =
    ((x[first] as number) + (x[first + 1] as number) + (x[first + 2] as number) + (x[first + 3] as number)) / 4;
  const yc =
    ((y[first] as number) + (y[first + 1] as number) + (y[first + 2] as number) + (y[first + 3] as number)) / 4;
  const acrossX = (x[first + 1] as number) - (x[first + 2] as number);
  const acrossY = (y[first + 1] as number) - (y[first + 2] as number);
  const alongX = (x[first] as number) - (x[first + 3] as number);
  const alongY = (y[first] as number) - (y[first + 3] as number);
  // All rays lie above the line from upper left to lower right, through the origin: what is wholly below it is not met.
  const reach = Math.max(Math.hypot(acrossX, acrossY), Math.hypot(alongX, alongY)) / 2;
  if (xc + yc < -1.5 * reach) return false;
  const s = ((y[first] as number) - yc) / ((x[first] as number) - xc);
  const w1 = ((acrossX * acrossX + acrossY * acrossY) / 4) * (1 + s * s);
  const w2 = ((alongX * alongX + alongY * alongY) / 4) * (1 + s * s);
  const b = s * xc - yc;
  const d = -s * yc - xc;
  const cc = (b * b) / w1 + (d * d) / w2 - 1;
  for (let ray = 0; ray < slopes.length; ray++) {
    const k = slopes[ray] as number;
    const a = k - s;
    const c = 1 + s * k;
    const aa = (a * a) / w1 + (c * c) / w2;
    const bb = 2 * ((a * b) / w1 + (c * d) / w2);
    const root = bb * bb - 4 * aa * cc;
    if (!(root >= 0)) continue;
    const width = Math.sqrt(root);
    const x1 = (-bb + width) / (2 * aa);
    const x2 = (-bb - width) / (2 * aa);
    const near = Math.abs(x1) < Math.abs(x2) ? x1 : x2;
    if (ray >= firstLeft ? near < 0 : near > 0) return true;
  }
  return false;
}

/**
 * Writes 1 where one of the published rays from between the resident's ears meets the intruder's head (nose, ears, neck)
 * or body (neck, sides, tail base), taken as ellipses, else 0. "Ahead" is across the line to the left ear, whose track is
 * smoothed first, with zeros beyond the ends of the recording.
 */
export function facesIntruder(space: MarsWorkspace, out: Row): void {
  const { first, end, from, to } = space;
  const own = space.points[0] as readonly Row[];
  const other = space.points[1] as readonly Row[];
  const [earX, earY] = [space.spare[19] as Row, space.spare[20] as Row];
  for (let i = 0; i < end - first; i++) {
    earX[i] = ((own[4] as Row)[i] as number) - (((own[2] as Row)[i] as number) + ((own[4] as Row)[i] as number)) / 2;
    earY[i] = ((own[5] as Row)[i] as number) - (((own[3] as Row)[i] as number) + ((own[5] as Row)[i] as number)) / 2;
  }
  for (let i = from; i < to; i++) {
    let leftX = 0;
    let leftY = 0;
    const low = Math.max(0, i - halfWidth);
    const high = Math.min(end - first - 1, i + halfWidth);
    for (let at = low; at <= high; at++) {
      const weight = kernel[at - i + halfWidth] as number;
      leftX += weight * (earX[at] as number);
      leftY += weight * (earY[at] as number);
    }
    const angle = -Math.atan2(leftY, leftX);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const originX = (((own[2] as Row)[i] as number) + ((own[4] as Row)[i] as number)) / 2;
    const originY = (((own[3] as Row)[i] as number) + ((own[5] as Row)[i] as number)) / 2;
    for (let point = 0; point < 7; point++) {
      const dx = ((other[2 * point] as Row)[i] as number) - originX;
      const dy = ((other[2 * point + 1] as Row)[i] as number) - originY;
      turnedX[point] = cos * dx - sin * dy;
      turnedY[point] = sin * dx + cos * dy;
    }
    out[i] = raysMeet(turnedX, turnedY, 0) || raysMeet(turnedX, turnedY, 3) ? 1 : 0;
  }
}

const turnedX = new Float64Array(7);
const turnedY = new Float64Array(7);
