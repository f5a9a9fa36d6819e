import { Random } from '@zoopraxis/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BoutView } from 'zoopraxis';
import { drawStrip, stripLook } from './draw-strip.js';
import { stripOf } from './strip.js';

const painted: Uint32Array[] = [];

/** A canvas of one lane that keeps what was painted. */
class FakeCanvas {
  readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  getContext() {
    return {
      createImageData: (width: number, height: number) => ({
        width,
        data: new Uint8ClampedArray(4 * width * height),
      }),
      putImageData: ({ data }: { data: Uint8ClampedArray }) =>
        painted.push(new Uint32Array(data.buffer.slice(0, 4 * this.width))),
    };
  }
}

beforeAll(() => vi.stubGlobal('OffscreenCanvas', FakeCanvas));
afterAll(() => vi.unstubAllGlobals());

const names = ['attack', 'mount', 'rest'];
const look = stripLook(
  names.map((name, at) => ({
    name,
    kind: 'state',
    color: ['#ff0000', '#00ff00', '#0000ff'][at] as string,
    exclusiveWith: [],
  })),
  () => '#ffffff',
);

interface Drawn {
  readonly context: CanvasRenderingContext2D;
  readonly boxes: [color: string, x: number, width: number][];
  readonly words: string[];
}

/** A context that keeps colored boxes and words. */
function makeContext(): Drawn {
  const boxes: Drawn['boxes'] = [];
  const words: string[] = [];
  const nothing = () => undefined;
  const context = {
    ...{ globalAlpha: 1, fillStyle: '', save: nothing, restore: nothing, beginPath: nothing, closePath: nothing },
    ...{ fill: nothing, stroke: nothing, strokeRect: nothing, drawImage: nothing, moveTo: nothing, lineTo: nothing },
    measureText: (text: string) => ({ width: 6 * text.length }),
    fillText: (text: string) => words.push(text),
    roundRect: (x: number, _y: number, width: number) => boxes.push([context.fillStyle, x, width]),
    fillRect: (x: number, _y: number, width: number) => boxes.push([context.fillStyle, x, width]),
  };
  return { context: context as unknown as CanvasRenderingContext2D, boxes, words };
}

const bout = (behavior: string, startSec: number, endSec: number): BoutView => ({
  id: `${behavior}${startSec}`,
  behavior,
  startSec,
  endSec,
});

test('wide bouts bear their name, narrower ones their letter', () => {
  const { context, boxes, words } = makeContext();
  const strip = stripOf([bout('attack', 0, 10), bout('mount', 20, 22), bout('rest', 30, 30.6)]);
  drawStrip(context, strip, { range: { fromSec: 0, toSec: 100 }, widthPx: 1000, topPx: 0, heightPx: 20 }, look);
  expect(words).toEqual(['attack', 'm']);
  expect(boxes.slice(0, 3)).toEqual([
    ['#ff0000', 0, 99],
    ['#00ff00', 200, 19],
    ['#0000ff', 300, 5],
  ]);
});

test('a crowd is painted at every zoom, each px in the color of what fills most of it', () => {
  const random = new Random('crowd');
  const bouts: BoutView[] = [];
  for (let at = 0; at < 3000; at++) {
    // Ends of frames: where rounding puts beginnings on the very ends of px.
    const startSec = Math.round((at / 3 + random.between(0, 0.1)) * 30) / 30;
    bouts.push(
      bout(
        names[Math.floor(random.between(0, 3))] as string,
        startSec,
        startSec + Math.ceil(random.between(0, 4)) / 30,
      ),
    );
  }
  const strip = stripOf(bouts);
  for (let turn = 0; turn < 150; turn++) {
    const fromSec = random.between(0, 300);
    const range = { fromSec, toSec: fromSec + random.between(100, 700) };
    painted.length = 0;
    const { context } = makeContext();
    const widthPx = 640;
    drawStrip(context, strip, { range, widthPx, topPx: 0, heightPx: 8 }, look);
    const row = painted[0] as Uint32Array;
    const secPerPx = (range.toSec - range.fromSec) / widthPx;
    const px = Math.floor(random.between(0, widthPx));
    const from = range.fromSec + px * secPerPx;
    const lengths = names.map((name) =>
      bouts
        .filter(({ behavior, startSec }) => behavior === name && startSec >= from && startSec < from + secPerPx)
        .reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0),
    );
    const most = Math.max(...lengths);
    if (most === 0 || lengths.filter((length) => most - length < 1e-6).length > 1) continue;
    expect(row[px]).toBe([0xff0000ff, 0xff00ff00, 0xffff0000][lengths.indexOf(most)]);
  }
});

test('beginnings that rounding puts on the end of their own px do not stop the painting', () => {
  const bouts = Array.from({ length: 3000 }, (_, at) => bout('rest', at / 3, at / 3 + 1 / 30));
  for (let first = 0; first < 60; first++) {
    for (const framesPerPx of [2, 5, 7, 11]) {
      const range = { fromSec: first / 30, toSec: first / 30 + (640 * framesPerPx) / 30 };
      painted.length = 0;
      drawStrip(makeContext().context, stripOf(bouts), { range, widthPx: 640, topPx: 0, heightPx: 8 }, look);
      expect(painted[0]?.some((color) => color === 0xffff0000)).toBe(true);
    }
  }
});
