import type { PictureView } from '../page/layer.js';

/** Side of the loupe, CSS px. */
export const loupeSidePx = 148;

/** What a loupe shows and where. */
export interface LoupePlace {
  /** Top left corner in the pane, CSS px. */
  readonly left: number;
  readonly top: number;
  /** Part of the picture, px: corner of its first pixel's area and side. */
  readonly sourceX: number;
  readonly sourceY: number;
  readonly sourceSide: number;
  /** CSS px of a px of the picture. */
  readonly scale: number;
}

/**
 * Returns where the loupe lies for a place in the picture: beside the pointer, on the side where there is room; magnified
 * so that it shows more than the view does, at least four times.
 * @param at px of the picture, center of the top-left pixel at (0, 0)
 */
export function loupePlace(
  at: { readonly x: number; readonly y: number },
  view: PictureView,
  pane: { readonly widthPx: number; readonly heightPx: number },
): LoupePlace {
  const scale = Math.min(32, Math.max(4, Math.ceil(view.scale * 3)));
  const sourceSide = loupeSidePx / scale;
  const [x, y] = [at.x * view.scale + view.offsetX, at.y * view.scale + view.offsetY];
  const gap = 26;
  const beside = (place: number, size: number) =>
    place + gap + loupeSidePx <= size ? place + gap : Math.max(0, place - gap - loupeSidePx);
  return {
    left: beside(x, pane.widthPx),
    top: beside(y, pane.heightPx),
    // The picture's own px run from half a px before the center of the first pixel.
    sourceX: at.x + 0.5 - sourceSide / 2,
    sourceY: at.y + 0.5 - sourceSide / 2,
    sourceSide,
    scale,
  };
}

/** Draws the loupe: the picture's pixels as squares, a fine cross at the very place, and a word below. */
export function drawLoupe(
  context: CanvasRenderingContext2D,
  place: LoupePlace,
  { picture, word, color }: { readonly picture: CanvasImageSource; readonly word: string; readonly color: string },
): void {
  const { left, top, sourceX, sourceY, sourceSide } = place;
  context.save();
  context.beginPath();
  context.rect(left, top, loupeSidePx, loupeSidePx);
  context.fillStyle = '#000000';
  context.fill();
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, sourceX, sourceY, sourceSide, sourceSide, left, top, loupeSidePx, loupeSidePx);
  const [x, y] = [left + loupeSidePx / 2, top + loupeSidePx / 2];
  for (const [style, width] of [
    ['rgb(0 0 0 / 70%)', 3],
    ['#ffffff', 1],
  ] as const) {
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(x - 6, y);
    context.moveTo(x + 6, y);
    context.lineTo(left + loupeSidePx, y);
    context.moveTo(x, top);
    context.lineTo(x, y - 6);
    context.moveTo(x, y + 6);
    context.lineTo(x, top + loupeSidePx);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
  context.beginPath();
  context.arc(x, y, 1.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 85%)';
  context.strokeText(word, left + 6, top + loupeSidePx - 5);
  context.fillStyle = '#ffffff';
  context.fillText(word, left + 6, top + loupeSidePx - 5);
  context.restore();
  context.strokeStyle = 'rgb(255 255 255 / 80%)';
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, loupeSidePx - 1, loupeSidePx - 1);
}
