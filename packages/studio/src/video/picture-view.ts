import type { PictureView } from '../page/layer.js';

/** What part of a picture is looked at, whatever the size of its pane: videos with the same are in step. */
export interface ViewState {
  /** 1 = the whole picture fits into the pane. */
  readonly zoom: number;
  /** The point in the middle of the pane, share of the width. */
  readonly centerX: number;
  /** The point in the middle of the pane, share of the height. */
  readonly centerY: number;
}

/** Width and height, px. */
export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The whole picture. */
export const fittedView: ViewState = { zoom: 1, centerX: 0.5, centerY: 0.5 };

/** Largest CSS px per px of the picture. */
const largestScale = 64;
const smallestZoom = 0.25;

/** Returns the CSS px per px of a picture at which it just fits into a pane. */
export function fitScale(pane: Size, picture: Size): number {
  const scale = Math.min(pane.widthPx / picture.widthPx, pane.heightPx / picture.heightPx);
  return scale > 0 ? scale : 1;
}

/**
 * Returns how a picture lies in its pane. Points of pictures have (0, 0) in the center of the top-left px, so that the picture's
 * corner lies half a px before the offset; it falls on a whole px of the screen.
 */
export function pictureView(
  { zoom, centerX, centerY }: ViewState,
  pane: Size,
  picture: Size,
  devicePixelRatio = 1,
): PictureView {
  const scale = fitScale(pane, picture) * zoom;
  const whole = (cssPx: number) => Math.round(cssPx * devicePixelRatio) / devicePixelRatio;
  const left = whole(pane.widthPx / 2 - centerX * picture.widthPx * scale);
  const top = whole(pane.heightPx / 2 - centerY * picture.heightPx * scale);
  return { scale, offsetX: left + scale / 2, offsetY: top + scale / 2 };
}

/** Returns where the picture's corner lies in the pane, and its size there, CSS px. */
export function pictureBox({ scale, offsetX, offsetY }: PictureView, { widthPx, heightPx }: Size) {
  return { left: offsetX - scale / 2, top: offsetY - scale / 2, width: widthPx * scale, height: heightPx * scale };
}

const inside = (value: number) => Math.max(0, Math.min(1, value));

/** Returns the view after zooming by a factor so that the point of the picture under a point of the pane stays there. */
export function zoomAt(
  view: ViewState,
  pane: Size,
  picture: Size,
  point: { readonly x: number; readonly y: number },
  factor: number,
): ViewState {
  const fit = fitScale(pane, picture);
  const largest = Math.max(1, largestScale / fit);
  const zoom = Math.max(Math.min(smallestZoom, 1 / fit), Math.min(largest, view.zoom * factor));
  const [before, after] = [fit * view.zoom, fit * zoom];
  const [awayX, awayY] = [point.x - pane.widthPx / 2, point.y - pane.heightPx / 2];
  return {
    zoom,
    centerX: inside(view.centerX + (awayX / before - awayX / after) / picture.widthPx),
    centerY: inside(view.centerY + (awayY / before - awayY / after) / picture.heightPx),
  };
}

/** Returns the view after the picture was moved by CSS px; its middle stays inside the picture. */
export function panBy(view: ViewState, pane: Size, picture: Size, movedX: number, movedY: number): ViewState {
  const scale = fitScale(pane, picture) * view.zoom;
  return {
    zoom: view.zoom,
    centerX: inside(view.centerX - movedX / scale / picture.widthPx),
    centerY: inside(view.centerY - movedY / scale / picture.heightPx),
  };
}

/** Returns the view in which one px of the picture is one px of the screen, around the same middle. */
export function actualSize(view: ViewState, pane: Size, picture: Size, devicePixelRatio = 1): ViewState {
  return { ...view, zoom: 1 / devicePixelRatio / fitScale(pane, picture) };
}

/** Returns the columns and rows in which panes show their pictures largest. */
export function gridOf(count: number, area: Size, picture: Size): { columns: number; rows: number } {
  let best = { columns: 1, rows: Math.max(1, count), scale: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const scale = fitScale({ widthPx: area.widthPx / columns, heightPx: area.heightPx / rows }, picture);
    if (scale > best.scale * (1 + 1e-9)) best = { columns, rows, scale };
  }
  return { columns: best.columns, rows: best.rows };
}
