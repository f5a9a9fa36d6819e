import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useStudio } from '../state/studio-store.js';
import {
  type BestStep,
  bestStep,
  type LearningRun,
  learningTable,
  learningText,
  smoothColumn,
} from './learning-curve.js';

const chartHeightPx = 240;

interface ChartWish {
  readonly isLogarithmic: boolean;
  readonly isSmooth: boolean;
}

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Returns how the chart looks: loss of the run as a line at the left axis, error as points at the right, others faint. */
function optionsOf(
  runs: readonly LearningRun[],
  { isLogarithmic }: ChartWish,
  options: { readonly widthPx: number; readonly best: () => BestStep | undefined },
): uPlot.Options {
  const [text, line] = [color('--muted'), color('--line')];
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const distr = isLogarithmic ? (3 as const) : (1 as const);
  const lossColor = color('--accent');
  const errorColor = color('--warn');
  const series: uPlot.Series[] = runs.flatMap(({ name }, i) => {
    const alpha = i === 0 ? 1 : 0.45;
    const dash = i === 0 ? {} : { dash: [4, 3] };
    return [
      { label: `${name}: loss`, scale: 'loss', stroke: lossColor, width: 1.5, alpha, spanGaps: true, ...dash },
      {
        label: `${name}: held-out error`,
        scale: 'px',
        stroke: errorColor,
        width: 1.5,
        alpha,
        spanGaps: true,
        points: { show: true, size: 6, fill: errorColor },
        ...dash,
      },
    ];
  });
  return {
    width: options.widthPx,
    height: chartHeightPx,
    legend: { show: false },
    cursor: { drag: { x: true, y: false } },
    scales: { x: { time: false }, loss: { distr }, px: { distr } },
    axes: [
      { ...axis, label: 'step', labelSize: 18, size: 34 },
      { ...axis, scale: 'loss', label: 'loss', labelSize: 16, size: 50, stroke: lossColor },
      {
        ...axis,
        scale: 'px',
        side: 1,
        label: 'held-out error, px',
        labelSize: 16,
        size: 48,
        stroke: errorColor,
        grid: { show: false },
      },
    ],
    series: [{ label: 'step' }, ...series],
    hooks: {
      draw: [
        (chart) => {
          const best = options.best();
          if (best === undefined) return;
          const { ctx, bbox } = chart;
          const x = chart.valToPos(best.step, 'x', true);
          const y = chart.valToPos(best.heldOutErrorPx, 'px', true);
          if (!(x >= bbox.left && x <= bbox.left + bbox.width)) return;
          ctx.save();
          ctx.strokeStyle = color('--good');
          ctx.fillStyle = color('--good');
          ctx.lineWidth = devicePixelRatio;
          ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
          ctx.setLineDash([]);
          ctx.beginPath();
          ctx.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI);
          ctx.stroke();
          ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
          const isRight = x > bbox.left + bbox.width / 2;
          ctx.textAlign = isRight ? 'right' : 'left';
          const words = `best: ${best.heldOutErrorPx.toPrecision(3)} px at step ${best.step}`;
          ctx.fillText(words, x + (isRight ? -6 : 6) * devicePixelRatio, bbox.top + 12 * devicePixelRatio);
          ctx.restore();
        },
      ],
    },
  };
}

/** Draws how a training goes, with other trainings faint behind it; the first run is the one that is meant. */
export function LearningChart({ runs }: { runs: readonly LearningRun[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const theme = useStudio((state) => state.theme);
  const [wish, setWish] = useState<ChartWish>({ isLogarithmic: true, isSmooth: true });
  const names = runs.map(({ name }) => name).join('\n');
  const latest = useRef(runs);
  latest.current = runs;
  const dataOf = () => {
    const { steps, loss, error } = learningTable(latest.current);
    const shown = wish.isSmooth ? loss.map((column) => smoothColumn(column, 0.9)) : loss;
    return [steps, ...shown.flatMap((column, i) => [column, error[i]])] as unknown as uPlot.AlignedData;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew for other runs and colors alone
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const best = () => bestStep(latest.current[0]?.points ?? []);
    const made = new uPlot(optionsOf(latest.current, wish, { widthPx: element.clientWidth, best }), dataOf(), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: chartHeightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [names, wish, theme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it draws what came, once for each change
  useEffect(() => {
    chart.current?.setData(dataOf());
  }, [runs]);
  const [first] = runs;
  const words = first === undefined ? '' : learningText(first.points);
  return (
    <div className="learning">
      <p>{words === '' ? <span className="muted">Nothing was measured yet.</span> : words}</p>
      <div ref={place} className="learning-chart" role="img" aria-label={`Learning curve: ${words}`} />
      <div className="button-row">
        <label>
          <input
            type="checkbox"
            checked={wish.isLogarithmic}
            onChange={({ target }) => setWish((before) => ({ ...before, isLogarithmic: target.checked }))}
          />
          logarithmic
        </label>
        <label>
          <input
            type="checkbox"
            checked={wish.isSmooth}
            onChange={({ target }) => setWish((before) => ({ ...before, isSmooth: target.checked }))}
          />
          smooth loss
        </label>
        {runs.length > 1 && (
          <span className="muted">
            dashed:{' '}
            {runs
              .slice(1)
              .map(({ name }) => name)
              .join(', ')}
          </span>
        )}
      </div>
    </div>
  );
}
