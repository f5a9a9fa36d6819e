import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { type Histogram, roundedFor } from './rule-draft.js';

const [width, height] = [280, 62];

/** Which edges a condition has; undefined = open. */
export interface Band {
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Shows how a trace is spread, with two handles that drag the edges of a band; beyond the ends an edge is open. */
export function BandChart(props: {
  readonly histogram: Histogram;
  readonly band: Band;
  readonly isOutside: boolean;
  readonly title: string;
  readonly unit: string;
  readonly onChange: (band: Band) => void;
}) {
  const { histogram, band, isOutside, title, unit, onChange } = props;
  const { counts } = histogram;
  // Edges that a person wrote beyond what is shown stay in view.
  const size = histogram.high - histogram.low;
  const low = Math.min(histogram.low, band.low ?? histogram.low, band.high ?? histogram.low);
  const high = Math.max(histogram.high, band.high ?? histogram.high, band.low ?? histogram.high);
  const picture = useRef<SVGSVGElement>(null);
  const xOf = (value: number) => ((value - low) / (high - low)) * width;
  const most = Math.sqrt(Math.max(1, ...counts));
  const binPx = ((size / counts.length) * width) / (high - low);
  const isIn = (value: number) =>
    (value >= (band.low ?? Number.NEGATIVE_INFINITY) && value <= (band.high ?? Number.POSITIVE_INFINITY)) !== isOutside;
  const setEdge = (edge: 'low' | 'high', value: number) => {
    const rounded = roundedFor(value, size);
    const isOpen = edge === 'low' ? value <= low : value >= high;
    const other = edge === 'low' ? band.high : band.low;
    if (isOpen) onChange({ ...band, [edge]: undefined });
    else if (other === undefined) onChange({ ...band, [edge]: rounded });
    else onChange({ ...band, [edge]: edge === 'low' ? Math.min(rounded, other) : Math.max(rounded, other) });
  };
  const drag = (edge: 'low' | 'high') => (event: PointerEvent<SVGGElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = picture.current?.getBoundingClientRect();
    if (box !== undefined) setEdge(edge, low + ((event.clientX - box.left) / box.width) * (high - low));
  };
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -10,
    PageUp: 10,
  };
  const press = (edge: 'low' | 'high') => (event: KeyboardEvent<SVGGElement>) => {
    const now = band[edge] ?? (edge === 'low' ? low : high);
    const step = steps[event.key];
    if (event.key === 'Home' || event.key === 'End') setEdge(edge, event.key === 'Home' ? low : high);
    else if (step !== undefined) setEdge(edge, now + ((step * (event.shiftKey ? 10 : 1)) / 200) * (high - low));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const handle = (edge: 'low' | 'high') => {
    const value = band[edge] ?? (edge === 'low' ? low : high);
    const x = xOf(value);
    return (
      <g
        key={edge}
        role="slider"
        tabIndex={0}
        className="band-handle"
        aria-label={`${edge === 'low' ? 'Lower' : 'Upper'} edge of ${title}`}
        aria-valuemin={low}
        aria-valuemax={high}
        aria-valuenow={value}
        aria-valuetext={band[edge] === undefined ? 'open' : `${value} ${unit}`}
        data-open={band[edge] === undefined}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag(edge)}
        onKeyDown={press(edge)}
      >
        <rect x={x - 12} y={0} width={24} height={height} fill="transparent" />
        <line x1={x} x2={x} y1={0} y2={height} />
        <path d={edge === 'low' ? `M${x} 8h-9v-8h9z` : `M${x} 8h9v-8h-9z`} />
      </g>
    );
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture is no fieldset
    <svg
      ref={picture}
      className="band-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label={`How ${title} is spread`}
    >
      {Array.from(counts, (count, bin) => {
        const from = histogram.low + (bin / counts.length) * size;
        // Square roots, so that rare values are seen beside the most frequent ones.
        const bar = count === 0 ? 0 : Math.max(1, (Math.sqrt(count) / most) * (height - 12));
        return (
          <rect
            key={from}
            data-in={isIn(from + size / counts.length / 2)}
            x={xOf(from)}
            y={height - bar}
            width={Math.max(0.5, binPx - 0.4)}
            height={bar}
          />
        );
      })}
      {handle('low')}
      {handle('high')}
    </svg>
  );
}
