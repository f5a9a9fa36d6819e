import type { PointView } from 'zoopraxis';
import type { PictureView } from '../page/layer.js';
import { distinctColor, distinctColors } from '../page/palette.js';
import { type FrameAnimals, openSuggestions } from './animals.js';

/** What is drawn of the labels of one frame. */
export interface LabelDrawing {
  readonly view: PictureView;
  readonly animals: FrameAnimals;
  /** Names in the order of the skeleton, list. */
  readonly keypoints: readonly string[];
  /** Pairs of indices into `keypoints`, list. */
  readonly edges: readonly (readonly [number, number])[];
  /** Names of all animals of the video, list. */
  readonly individuals: readonly string[];
  readonly colorBy: 'keypoint' | 'individual';
  readonly pointRadiusPx: number;
  readonly edgesShown: boolean;
  readonly namesShown: boolean;
  readonly othersShown: boolean;
  readonly suggestionsShown: boolean;
  /** Suggestions with a lower confidence are drawn faint. */
  readonly confidenceCutoff: number;
  /** The chosen point. */
  readonly chosen: { readonly individual: string; readonly keypoint: string | null; readonly isHeld: boolean } | null;
}

const dark = 'rgb(0 0 0 / 75%)';

/** Returns the color of a keypoint of an animal. */
export function colorOf(
  { colorBy, keypoints, individuals }: Pick<LabelDrawing, 'colorBy' | 'keypoints' | 'individuals'>,
  individual: string,
  keypoint: string,
): string {
  return colorAt(Math.max(0, colorBy === 'individual' ? individuals.indexOf(individual) : keypoints.indexOf(keypoint)));
}

/** Returns the nth color of keypoints: where the palette ends, it begins anew, paler each time. */
export function colorAt(n: number): string {
  const round = Math.floor(n / distinctColors.length);
  const base = distinctColor(n);
  if (round === 0) return base;
  const white = Math.min(0.75, 0.45 * round);
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(base.slice(at, at + 2), 16);
    return Math.round(value + (255 - value) * white)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${channels.join('')}`;
}

/** Draws the labels of a frame in CSS px: own filled, occluded half filled, suggestions hollow, those of others as crosses. */
export function drawLabels(context: CanvasRenderingContext2D, drawing: LabelDrawing): void {
  const { animals, view, pointRadiusPx: radius, chosen } = drawing;
  const screen = ({ x, y }: { x: number; y: number }) => ({
    x: x * view.scale + view.offsetX,
    y: y * view.scale + view.offsetY,
  });
  context.save();
  context.lineJoin = 'round';
  if (drawing.othersShown) {
    for (const { individual, points } of animals.others) {
      for (const [keypoint, point] of Object.entries(points)) {
        drawCross(context, screen(point), radius * 0.8, colorOf(drawing, individual, keypoint));
      }
    }
  }
  if (drawing.suggestionsShown) {
    for (const individual of new Set(animals.predicted.map((animal) => animal.individual))) {
      const points = openSuggestions(animals, individual).filter(({ keypoint }) =>
        drawing.keypoints.includes(keypoint),
      );
      if (drawing.edgesShown) {
        const all = { ...Object.fromEntries(points.map((point) => [point.keypoint, point])) };
        drawEdges(context, drawing, all, screen, [4, 4]);
      }
      for (const { keypoint, x, y, confidence } of points) {
        context.globalAlpha = confidence < drawing.confidenceCutoff ? 0.45 : 1;
        drawRing(context, screen({ x, y }), radius, colorOf(drawing, individual, keypoint));
        context.globalAlpha = 1;
      }
    }
  }
  for (const { individual, points } of animals.own) {
    if (drawing.edgesShown) drawEdges(context, drawing, points, screen, []);
    for (const [keypoint, point] of Object.entries(points)) {
      drawOwn(context, screen(point), radius, colorOf(drawing, individual, keypoint), point.visibility);
    }
  }
  for (const { individual, points } of animals.own) {
    const isChosenAnimal = individual === chosen?.individual;
    for (const [keypoint, point] of Object.entries(points)) {
      const at = screen(point);
      const isChosen = isChosenAnimal && keypoint === chosen.keypoint;
      if (isChosen) drawHalo(context, at, radius, chosen.isHeld);
      if (drawing.namesShown || isChosen) drawName(context, at, radius, keypoint);
    }
    const first = drawing.keypoints.find((name) => points[name] !== undefined);
    if (drawing.individuals.length > 1 && first !== undefined) {
      const { x, y } = screen(points[first] as PointView);
      drawName(context, { x, y: y - 16 }, radius, individual);
    }
  }
  context.restore();
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

function drawEdges(
  context: CanvasRenderingContext2D,
  { edges, keypoints }: LabelDrawing,
  points: Readonly<Record<string, Spot>>,
  screen: (place: Spot) => Spot,
  dash: number[],
): void {
  context.setLineDash(dash);
  for (const [color, width] of [
    [dark, 3],
    ['rgb(255 255 255 / 75%)', 1.25],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const [a, b] of edges) {
      const [from, to] = [points[keypoints[a] ?? ''], points[keypoints[b] ?? '']];
      if (from === undefined || to === undefined) continue;
      const [start, end] = [screen(from), screen(to)];
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
    }
    context.stroke();
  }
  context.setLineDash([]);
}

function circle(context: CanvasRenderingContext2D, { x, y }: Spot, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function drawOwn(
  context: CanvasRenderingContext2D,
  at: Spot,
  radius: number,
  color: string,
  visibility: PointView['visibility'],
): void {
  circle(context, at, radius + 1.25);
  context.fillStyle = dark;
  context.fill();
  if (visibility === 'visible') {
    circle(context, at, radius);
    context.fillStyle = color;
    context.fill();
    return;
  }
  context.beginPath();
  context.arc(at.x, at.y, radius, Math.PI / 2, (3 * Math.PI) / 2);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  circle(context, at, radius - 0.75);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

function drawRing(context: CanvasRenderingContext2D, at: Spot, radius: number, color: string): void {
  for (const [style, width] of [
    [dark, 4],
    [color, 2],
  ] as const) {
    circle(context, at, radius - 0.5);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

function drawCross(context: CanvasRenderingContext2D, { x, y }: Spot, radius: number, color: string): void {
  for (const [style, width] of [
    [dark, 3],
    [color, 1.5],
  ] as const) {
    context.beginPath();
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x - radius, y + radius);
    context.lineTo(x + radius, y - radius);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

function drawHalo(context: CanvasRenderingContext2D, at: Spot, radius: number, isHeld: boolean): void {
  circle(context, at, radius + 4);
  context.strokeStyle = dark;
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = '#ffffff';
  context.lineWidth = 2;
  context.setLineDash(isHeld ? [] : [3, 3]);
  context.stroke();
  context.setLineDash([]);
}

function drawName(context: CanvasRenderingContext2D, { x, y }: Spot, radius: number, name: string): void {
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.strokeStyle = 'rgb(0 0 0 / 80%)';
  context.strokeText(name, x + radius + 7, y);
  context.fillStyle = '#ffffff';
  context.fillText(name, x + radius + 7, y);
}

/** Draws the cross of the keyboard, open in the middle so that the picture is seen. */
export function drawCrosshair(context: CanvasRenderingContext2D, { x, y }: Spot): void {
  for (const [style, width] of [
    [dark, 3],
    ['#ffffff', 1],
  ] as const) {
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + dx * 4, y + dy * 4);
      context.lineTo(x + dx * 18, y + dy * 18);
    }
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}
