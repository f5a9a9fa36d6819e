/** Returns a number that lies in a range; throws RangeError naming option, requirement and value otherwise. */
export function requireNumber(option: string, value: number, low: number, high: number, whole = false): number {
  if (!(value >= low && value <= high) || (whole && !Number.isSafeInteger(value))) {
    throw new RangeError(`${option}: must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}, got ${value}`);
  }
  return value;
}

/** Returns a name that is in a list; throws RangeError naming option, requirement and value otherwise. */
export function requireOneOf<T extends string>(option: string, value: T, names: readonly T[]): T {
  if (!names.includes(value)) throw new RangeError(`${option}: must be one of ${names.join(', ')}, got ${value}`);
  return value;
}

/** Returns a color, list of 3 from 0 to 255; throws RangeError naming option, requirement and value otherwise. */
export function requireColor(
  option: string,
  color: readonly [number, number, number],
): readonly [number, number, number] {
  if (color.length !== 3) throw new RangeError(`${option}: must be a list of 3 numbers, got ${color.length}`);
  for (const value of color) requireNumber(option, value, 0, 255);
  return color;
}

/** Throws RangeError unless a frame exists. */
export function requireFrame(frame: number, frameCount: number): void {
  if (!Number.isSafeInteger(frame) || frame < 0 || frame >= frameCount) {
    throw new RangeError(`frame: must be a whole number below ${frameCount}, got ${frame}`);
  }
}
