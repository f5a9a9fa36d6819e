import type { Planes } from './planes.js';

/** Returns half a normalized Gaussian kernel `[radius + 1]`, the middle first; it is cut at three standard deviations. */
export function gaussianKernel(sigmaPx: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigmaPx));
  const half = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigmaPx * sigmaPx)));
  const total = half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / total);
}

/** Returns planes blurred by a Gaussian, rows then columns; beyond the edge the edge goes on. */
export function blurred({ widthPx, heightPx, data }: Planes, sigmaPx: number): Planes {
  const half = gaussianKernel(sigmaPx);
  const reach = half.length - 1;
  const size = widthPx * heightPx;
  const wide = new Float32Array(widthPx + 2 * reach);
  const between = new Float32Array(size);
  const sums = new Float32Array(widthPx);
  const out = new Uint8Array(data.length);
  for (let top = 0; top < data.length; top += size) {
    for (let y = 0; y < heightPx; y++) {
      const row = y * widthPx;
      for (let x = 0; x < widthPx; x++) wide[reach + x] = data[top + row + x]!;
      wide.fill(wide[reach]!, 0, reach);
      wide.fill(wide[reach + widthPx - 1]!, reach + widthPx);
      for (let x = 0; x < widthPx; x++) between[row + x] = half[0]! * wide[reach + x]!;
      for (let i = 1; i <= reach; i++) {
        const share = half[i]!;
        for (let x = 0; x < widthPx; x++) between[row + x]! += share * (wide[reach + x - i]! + wide[reach + x + i]!);
      }
    }
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) sums[x] = half[0]! * between[y * widthPx + x]! + 0.5;
      for (let i = 1; i <= reach; i++) {
        const share = half[i]!;
        const above = Math.max(0, y - i) * widthPx;
        const below = Math.min(heightPx - 1, y + i) * widthPx;
        for (let x = 0; x < widthPx; x++) sums[x]! += share * (between[above + x]! + between[below + x]!);
      }
      out.set(sums, top + y * widthPx);
    }
  }
  return { widthPx, heightPx, data: out };
}

/** Returns the whole-px places `[place, 2]` on a line of a length about the origin, each once, point-symmetric. */
export function linePlaces(lengthPx: number, angleRad: number): Int32Array {
  const reach = Math.max(0, Math.round((lengthPx - 1) / 2));
  const places = new Int32Array(2 * (2 * reach + 1));
  for (let i = 0; i <= 2 * reach; i++) {
    const along = Math.abs(i - reach);
    const sign = i < reach ? -1 : 1;
    places[2 * i] = sign * Math.round(along * Math.cos(angleRad));
    places[2 * i + 1] = sign * Math.round(along * Math.sin(angleRad));
  }
  return places;
}

/** Returns planes blurred along a line, as a moving animal is; centered, so that points stay where they are. */
export function motionBlurred(planes: Planes, lengthPx: number, angleRad: number): Planes {
  const { widthPx, heightPx, data } = planes;
  const places = linePlaces(lengthPx, angleRad);
  const count = places.length / 2;
  if (count === 1) return planes;
  const reach = places.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const out = new Uint8Array(data.length);
  const steps = Int32Array.from({ length: count }, (_, i) => places[2 * i + 1]! * widthPx + places[2 * i]!);
  const scale = 1 / count;
  for (let channel = 0, at = 0; channel < 3; channel++) {
    const top = at;
    for (let y = 0; y < heightPx; y++) {
      const inner = y >= reach && y < heightPx - reach;
      for (let x = 0; x < widthPx; x++, at++) {
        let sum = 0;
        if (inner && x >= reach && x < widthPx - reach) {
          for (let i = 0; i < count; i++) sum += data[at + steps[i]!]!;
        } else {
          for (let i = 0; i < count; i++) {
            const column = Math.min(Math.max(x + places[2 * i]!, 0), widthPx - 1);
            const row = Math.min(Math.max(y + places[2 * i + 1]!, 0), heightPx - 1);
            sum += data[top + row * widthPx + column]!;
          }
        }
        out[at] = sum * scale + 0.5;
      }
    }
  }
  return { widthPx, heightPx, data: out };
}
