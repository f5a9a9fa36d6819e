import { formatMeasure } from '@zoopraxis/figures';

/** Returns a range in words, both ends with the decimals of the larger: an end near 0 is 0.000, not 2.4e-4. */
export function showRange({ low, high }: { readonly low: number; readonly high: number }): string {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const show = (value: number) => {
    if (!(largest > 0 && largest < 1000)) return formatMeasure(value);
    const decimals = Math.max(0, 3 - Math.ceil(Math.log10(largest)));
    const text = Math.abs(value).toFixed(Math.min(decimals, 6));
    return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
  };
  return `${show(low)} to ${show(high)}`;
}
