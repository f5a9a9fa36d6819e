import type { Region, RegionShape } from '@zoopraxis/core';
import type { Layer, LayerHit, LayerPointer, LayerScene, PictureView } from '../page/layer.js';
import { distinctColor } from '../page/palette.js';
import { studio } from '../state/studio-store.js';
import {
  addOutline,
  arena,
  draftOutlines,
  type Outlines,
  outlinesIn,
  saveOutlines,
  shownOutlines,
  withShape,
} from './arena-store.js';
import {
  circleFrom,
  dragShape,
  gripAt,
  handlesOf,
  isWhole,
  type PicturePoint,
  type RegionGrip,
  rectangleFrom,
} from './region-geometry.js';

/** Handles reach so far, CSS px. */
const reachCssPx = 10;

interface Grabbed {
  readonly region: Region;
  readonly grip: RegionGrip;
}

/** What is dragged now: an outline from where it was, or the second corner of a new one. */
let dragged: (Grabbed & { readonly from: PicturePoint; readonly before: Outlines }) | undefined;

const place = ({ scale, offsetX, offsetY }: PictureView, [x, y]: PicturePoint): [number, number] => [
  x * scale + offsetX,
  y * scale + offsetY,
];

const colorOf = (region: Region, i: number) =>
  region.name === shownOutlines().arena?.name ? '#ffffff' : distinctColor(i);

function pathOf(context: CanvasRenderingContext2D, view: PictureView, shape: RegionShape): void {
  context.beginPath();
  if (shape.kind === 'circle') {
    const [x, y] = place(view, shape.center);
    context.arc(x, y, shape.radius * view.scale, 0, 2 * Math.PI);
    return;
  }
  shape.corners.forEach((corner, i) => {
    const [x, y] = place(view, corner);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
}

/** Draws a line that is seen on dark and on light pictures. */
function strokeTwice(context: CanvasRenderingContext2D, color: string, widthPx: number): void {
  context.strokeStyle = 'rgb(0 0 0 / 65%)';
  context.lineWidth = widthPx + 2;
  context.stroke();
  context.strokeStyle = color;
  context.lineWidth = widthPx;
  context.stroke();
}

function drawHandle(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], color: string): void {
  context.beginPath();
  context.rect(x - 4, y - 4, 8, 8);
  context.fillStyle = '#000000';
  context.fill();
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawName(context: CanvasRenderingContext2D, view: PictureView, region: Region, color: string): void {
  const { shape } = region;
  const at: PicturePoint =
    shape.kind === 'circle'
      ? [shape.center[0], shape.center[1] - shape.radius]
      : (shape.corners.reduce((top, corner) => (corner[1] < top[1] ? corner : top)) as PicturePoint);
  const [x, y] = place(view, at);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 75%)';
  context.strokeText(region.name, x + 4, y - 4);
  context.fillStyle = color;
  context.fillText(region.name, x + 4, y - 4);
}

function drawDraft(context: CanvasRenderingContext2D, scene: LayerScene): void {
  const { tool, points, line, video } = arena.getState();
  const { view } = scene;
  if (line !== null && video === scene.video) {
    const [from, to] = [place(view, line.from), place(view, line.to)];
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    strokeTwice(context, '#ffd166', 2);
    drawHandle(context, from, '#ffd166');
    drawHandle(context, to, '#ffd166');
  }
  if (points.length === 0 || video !== scene.video || tool === 'none') return;
  const shape = shapeOfPoints();
  if (shape !== undefined && tool !== 'polygon') {
    pathOf(context, view, shape);
    context.setLineDash([6, 4]);
    strokeTwice(context, '#ffd166', 1.5);
    context.setLineDash([]);
    return;
  }
  context.beginPath();
  points.forEach((point, i) => {
    const [x, y] = place(view, point);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  strokeTwice(context, '#ffd166', 1.5);
  for (const point of points.slice(0, -1)) drawHandle(context, place(view, point), '#ffd166');
}

function shapeOfPoints(): RegionShape | undefined {
  const { tool, points } = arena.getState();
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  if (tool === 'rectangle') return rectangleFrom(first, last);
  if (tool === 'circle') return circleFrom(first, last);
  return undefined;
}

const pointOf = ({ x, y }: LayerPointer): PicturePoint => [Math.round(x * 100) / 100, Math.round(y * 100) / 100];

/** Closes the polygon that is being drawn; its corners without the one that follows the pointer. */
export function finishPolygon(video: string): void {
  const { points, tool } = arena.getState();
  if (tool !== 'polygon') return;
  // A double click puts two corners in one place.
  const corners = points
    .slice(0, -1)
    .filter(([x, y], i, all) => i === 0 || Math.hypot(x - (all[i - 1]?.[0] ?? x), y - (all[i - 1]?.[1] ?? y)) > 2);
  const shape: RegionShape = { kind: 'polygon', corners };
  if (shape.corners.length >= 3 && isWhole(shape)) void addOutline(shape, video);
}

/** Takes a press while something is drawn. */
function pressWithTool(pointer: LayerPointer, scene: LayerScene): boolean {
  const { tool, points, video } = arena.getState();
  const point = pointOf(pointer);
  const own = video === scene.video ? points : [];
  if (tool === 'scale') {
    arena.setState({ video: scene.video, points: [point, point], line: { from: point, to: point } });
    return true;
  }
  if (tool === 'polygon') {
    const first = own[0];
    const isClosing =
      first !== undefined &&
      own.length > 3 &&
      Math.hypot(first[0] - point[0], first[1] - point[1]) * scene.view.scale < reachCssPx;
    if (isClosing) finishPolygon(scene.video);
    else
      arena.setState({
        video: scene.video,
        points: [...(own.length === 0 ? [point] : own.slice(0, -1).concat([point])), point],
      });
    return true;
  }
  arena.setState({ video: scene.video, points: [point, point] });
  return true;
}

function hit(pointer: LayerPointer, scene: LayerScene): LayerHit | null {
  const { isOpen, tool } = arena.getState();
  if (!isOpen) return null;
  if (tool !== 'none') return { layer: 'inspect.arena', distance: 0, cursor: 'crosshair', what: null };
  const { selection } = scene.state;
  const reach = reachCssPx / scene.view.scale;
  let best: (Grabbed & { distancePx: number }) | undefined;
  for (const region of outlinesIn(scene.video, scene.state)) {
    const found = gripAt(region.shape, [pointer.x, pointer.y], reach);
    if (found === undefined) continue;
    const isSelected = selection.kind === 'region' && selection.name === region.name;
    // The inside of an outline is grabbed only once it is selected: else the arena would catch every press.
    if (found.grip.kind === 'whole' && !isSelected) continue;
    if (best === undefined || found.distancePx < best.distancePx) best = { region, ...found };
  }
  if (best === undefined) return null;
  const { region, grip, distancePx } = best;
  return {
    layer: 'inspect.arena',
    distance: distancePx * scene.view.scale,
    cursor: grip.kind === 'whole' ? 'move' : 'grab',
    what: { region, grip },
  };
}

/** Draws arena and regions, and lets them be drawn and dragged while the panel `Arena` is open. */
export const arenaLayer: Layer = {
  id: 'inspect.arena',
  modes: ['view', 'label', 'annotate'],
  draw(context, scene) {
    const { isOpen, isShown } = arena.getState();
    if (!isOpen && !isShown) return;
    const { selection } = scene.state;
    context.save();
    context.globalAlpha = isOpen ? 1 : 0.5;
    outlinesIn(scene.video, scene.state).forEach((region, i) => {
      const color = colorOf(region, i);
      const isSelected = selection.kind === 'region' && selection.name === region.name;
      pathOf(context, scene.view, region.shape);
      strokeTwice(context, color, isSelected ? 2.5 : 1.25);
      drawName(context, scene.view, region, color);
      if (isOpen) for (const { at } of handlesOf(region.shape)) drawHandle(context, place(scene.view, at), color);
    });
    if (isOpen) drawDraft(context, scene);
    context.restore();
  },
  hit,
  press(pointer, found, scene) {
    const { isOpen, tool } = arena.getState();
    if (!isOpen || pointer.button !== 0) return false;
    if (tool !== 'none') return pressWithTool(pointer, scene);
    const grabbed = found?.layer === 'inspect.arena' ? (found.what as Grabbed | null) : null;
    if (grabbed === null) return false;
    studio.setState({ selection: { kind: 'region', name: grabbed.region.name } });
    dragged = { ...grabbed, from: pointOf(pointer), before: shownOutlines() };
    return true;
  },
  drag(pointer) {
    const point = pointOf(pointer);
    if (dragged !== undefined) {
      const { region, grip, from, before } = dragged;
      draftOutlines(withShape(before, region, dragShape(region.shape, grip, from, point)));
      return;
    }
    const { tool, points, line } = arena.getState();
    if (tool === 'none' || points.length === 0) return;
    arena.setState({
      points: [...points.slice(0, -1), point],
      ...(tool === 'scale' && line !== null ? { line: { ...line, to: point } } : {}),
    });
  },
  hover(pointer) {
    const { tool, points } = arena.getState();
    if (pointer === null || points.length === 0 || tool !== 'polygon') return;
    arena.setState({ points: [...points.slice(0, -1), pointOf(pointer)] });
  },
  release(pointer, scene) {
    const { tool } = arena.getState();
    if (dragged !== undefined) {
      const { region, grip, from, before } = dragged;
      dragged = undefined;
      const point = pointOf(pointer);
      if (point[0] === from[0] && point[1] === from[1]) {
        arena.setState({ draft: null });
        return;
      }
      void saveOutlines(withShape(before, region, dragShape(region.shape, grip, from, point)));
      return;
    }
    if (tool === 'scale') {
      arena.setState({ tool: 'none', points: [] });
      return;
    }
    const shape = shapeOfPoints();
    if (shape === undefined) return;
    if (isWhole(shape)) void addOutline(shape, scene.video);
    else arena.setState({ points: [] });
  },
  doubleClick(_pointer, _hit, scene) {
    if (arena.getState().tool !== 'polygon') return false;
    finishPolygon(scene.video);
    return true;
  },
  subscribe: (redraw) => arena.subscribe(redraw),
};
