/** Lengths of the window that are one step away, seconds; list. */
export const windowLengths: readonly number[] = [1, 2, 5, 10, 20, 60, 300, 1200];

/** Returns a length as menus show it: `20 s`, `5 min`, `1 h 10 min`. */
export function lengthText(seconds: number): string {
  if (seconds < 120 && seconds !== 60) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = seconds / 60;
  if (minutes < 60) return `${Number(minutes.toPrecision(3))} min`;
  const whole = Math.round(minutes);
  return whole % 60 === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}
