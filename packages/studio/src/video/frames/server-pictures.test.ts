import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServerPictures } from './server-pictures.js';

interface Asked {
  readonly path: string;
  readonly signal: AbortSignal;
  answer(frame: number): void;
}

let asked: Asked[];
let shown: number[];
let pictures: ServerPictures;

beforeEach(() => {
  asked = [];
  shown = [];
  vi.stubGlobal('fetch', (address: string, { signal }: { signal: AbortSignal }) => {
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      const answer = (frame: number) => resolve(new Response('', { headers: { 'x-frame': String(frame) } }));
      asked.push({ path: address.replace('/api/videos/v/frames/', ''), signal, answer });
    });
  });
  vi.stubGlobal('createImageBitmap', async () => ({ close: () => undefined }));
  pictures = new ServerPictures('v', { frame: (frame) => void shown.push(frame), missing: () => undefined });
});
afterEach(() => {
  pictures.close();
  vi.unstubAllGlobals();
});

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const paths = () => asked.map(({ path }) => path.replace('?format=jpeg', ''));

test('after a jump the picture from which decoding begins comes first, then the very frame', async () => {
  pictures.want([700, 699], { isNearFirst: true });
  expect(paths()).toEqual(['700&near=1']);
  asked[0]?.answer(600);
  await settle();
  expect([shown, paths().slice(1)]).toEqual([[600], ['700', '699']]);
  asked[1]?.answer(700);
  await settle();
  expect(shown).toEqual([600, 700]);
  // From here on it is a short way.
  pictures.want([703], { isNearFirst: true });
  expect(paths().slice(3)).toEqual(['703']);
});

test('while the pointer goes on, a picture comes to its end before the newest is asked for', async () => {
  pictures.want([700], { isNearFirst: true });
  pictures.want([2000], { isNearFirst: true });
  pictures.want([3000], { isNearFirst: true });
  expect([paths(), asked[0]?.signal.aborted]).toEqual([['700&near=1'], false]);
  asked[0]?.answer(600);
  await settle();
  expect([shown, paths().slice(1)]).toEqual([[600], ['3000&near=1']]);
  // A frame that stands for itself needs nothing more.
  asked[1]?.answer(3000);
  await settle();
  expect([shown, paths()]).toEqual([
    [600, 3000],
    ['700&near=1', '3000&near=1'],
  ]);
});

test('while playing, a picture that comes a little late is shown, and one that was jumped away from is called off', async () => {
  pictures.want([10, 11, 12, 13], { isPlaying: true });
  expect(paths()).toEqual(['10', '11', '12']);
  pictures.want([20, 21, 22], { isPlaying: true });
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, false, false]);
  asked[0]?.answer(10);
  await settle();
  expect(shown).toEqual([10]);
  pictures.want([900], { isPlaying: true });
  expect(asked.slice(1, 3).map(({ signal }) => signal.aborted)).toEqual([true, true]);
});
