import { mean as meanOf } from '@zoopraxis/core';
import { clipped, emptyNote, type FigureOptions } from '../chart/figure.js';
import { planPanel, renderPanel } from '../chart/panel.js';
import { categoryColor, curveDash } from '../color/categorical.js';
import { knownData } from '../record/known-data.js';
import { formatNumber } from '../scale/number-format.js';
import { countInBins } from '../series/histogram.js';
import { svg } from '../svg/element.js';

/** Object keypoint similarities, by the table of sigmas that they were computed with. */
export interface OksHistogramData {
  readonly sets: readonly {
    /** Such as `MARS sigmas` or `COCO, sigma 0.025`. */
    readonly name: string;
    /** 0..1, shape `[instance]`; NaN is left out. */
    readonly values: ArrayLike<number>;
  }[];
  /** Default 40. */
  readonly binCount?: number;
}

/** Returns the distributions of OKS for one or several tables of sigmas, each with its mean as a line. */
export function oksHistogramFigure(given: OksHistogramData, options: FigureOptions = {}): string {
  const data = knownData(given);
  const { sets, binCount = 40 } = data;
  const histograms = sets.map(({ values }) => countInBins(values, { low: 0, width: 1 / binCount, count: binCount }));
  const shares = histograms.map(({ counts, total }) => Array.from(counts, (count) => count / Math.max(total, 1)));
  const means = sets.map(({ values }) => meanOf(values));
  const panel = planPanel({
    shown: { title: 'Object keypoint similarity', ...options },
    items: sets.map(({ name }, i) => ({
      label: `${name}: mean ${Number.isFinite(means[i]) ? formatNumber(means[i] as number, 3) : '–'}, n = ${formatNumber(histograms[i]?.total ?? 0)}`,
      color: categoryColor(i),
      dash: curveDash(i),
    })),
    x: { label: 'OKS', domain: [0, 1], nice: false },
    y: {
      label: 'share of instances',
      domain: [0, Math.max(0.01, ...shares.flat())],
      format: (value) => `${formatNumber(value * 100)} %`,
    },
  });
  const { room, x, y } = panel;
  const words = sets.map(
    ({ name }, i) =>
      `${name} mean ${Number.isFinite(means[i]) ? formatNumber(means[i] as number, 3) : 'unknown'} of ${histograms[i]?.total ?? 0} instances`,
  );
  return renderPanel(
    panel,
    { kind: 'oks-histogram', data, description: `Distribution of object keypoint similarity: ${words.join('; ')}.` },
    histograms.every(({ total }) => total === 0) ? emptyNote(room, 'no instance') : undefined,
    clipped(
      room,
      shares.map((list, i) => {
        let d = `M${r(room.left)} ${r(y.toPx(0))}`;
        for (const [bin, share] of list.entries()) d += `V${r(y.toPx(share))}H${r(x.toPx((bin + 1) / binCount))}`;
        d += `V${r(y.toPx(0))}`;
        const color = categoryColor(i);
        const dash = { 'stroke-dasharray': curveDash(i) };
        return [
          svg('path', { d: `${d}Z`, fill: color, 'fill-opacity': 0.16 }),
          svg('path', { d, stroke: color, 'stroke-width': 1.8, fill: 'none', ...dash }),
          Number.isFinite(means[i])
            ? svg('path', {
                d: `M${r(x.toPx(means[i] as number))} ${r(room.top)}v${r(room.height)}`,
                stroke: color,
                'stroke-width': 1.4,
                'stroke-opacity': 0.8,
                fill: 'none',
                ...dash,
              })
            : undefined,
        ];
      }),
    ),
  );
}

const r = (value: number) => Math.round(value * 100) / 100;
