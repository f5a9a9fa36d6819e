/** Returns path data through points; a point that is not finite lifts the pen, and a lone point becomes a dot. */
export function linePath(count: number, x: (index: number) => number, y: (index: number) => number): string {
  let path = '';
  let [penX, penY, drawn] = [Number.NaN, Number.NaN, 0];
  const close = () => {
    if (drawn === 1) path += 'h0';
    drawn = 0;
  };
  for (let i = 0; i < count; i++) {
    const [px, py] = [round(x(i)), round(y(i))];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      close();
      continue;
    }
    if (drawn > 0 && px === penX && py === penY) continue;
    path += `${drawn === 0 ? 'M' : 'L'}${px} ${py}`;
    [penX, penY] = [px, py];
    drawn++;
  }
  close();
  return path;
}

/** Returns path data of the area between two curves over the same x; gaps split it. */
export function bandPath(
  count: number,
  x: (index: number) => number,
  low: (index: number) => number,
  high: (index: number) => number,
): string {
  let path = '';
  const known = (i: number) => Number.isFinite(x(i)) && Number.isFinite(low(i)) && Number.isFinite(high(i));
  for (let start = 0; start < count; ) {
    if (!known(start)) {
      start++;
      continue;
    }
    let end = start;
    while (end + 1 < count && known(end + 1)) end++;
    if (end === start) path += `M${round(x(start))} ${round(high(start))}V${round(low(start))}`;
    else {
      for (let i = start; i <= end; i++) path += `${i === start ? 'M' : 'L'}${round(x(i))} ${round(high(i))}`;
      for (let i = end; i >= start; i--) path += `L${round(x(i))} ${round(low(i))}`;
      path += 'Z';
    }
    start = end + 1;
  }
  return path;
}

/** Path data has two decimals: finer than any screen, and the same text on every machine. */
function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
