/** Returns a number with thousands set apart, a true minus sign and this many decimals; `–` where it is not finite. */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return '–';
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** Returns a number with about three significant digits, as tables show it; `–` where it is not finite. */
export function formatMeasure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1).replace('-', '−');
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Returns a share of 0..1 in percent with one decimal, `–` where it is not finite. */
export function formatPercent(share: number | null | undefined): string {
  return share === null || share === undefined || !Number.isFinite(share) ? '–' : `${formatNumber(share * 100, 1)} %`;
}

/** Returns seconds as people read them: `12.5 s`, `3:07`, `1:02:09`. */
export function formatDuration(sec: number): string {
  if (!Number.isFinite(sec)) return '–';
  const sign = sec < 0 ? '−' : '';
  const size = Math.abs(sec);
  if (size < 60) return `${sign}${formatNumber(size, size < 10 && size % 1 !== 0 ? 1 : 0)} s`;
  const [hours, minutes, seconds] = [Math.floor(size / 3600), Math.floor((size % 3600) / 60), Math.floor(size % 60)];
  const two = (value: number) => String(value).padStart(2, '0');
  return sign + (hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`);
}
