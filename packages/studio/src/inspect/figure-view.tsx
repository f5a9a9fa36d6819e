import { safeSvg } from '@zoopraxis/figures';

/** Shows a figure; what is drawn comes from files, so it is checked and stands as a picture, in which nothing runs. */
export function FigureView({ svg, words }: { svg: string; words: string }) {
  const safe = safeSvg(svg);
  if (safe === undefined) return <p className="muted">The figure cannot be shown.</p>;
  return <img className="figure" src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(safe)}`} alt={words} />;
}
