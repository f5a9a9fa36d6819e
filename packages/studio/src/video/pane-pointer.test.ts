import { expect, test } from 'vitest';
import type { Layer, LayerScene } from '../page/layer.js';
import type { Mode, StudioState } from '../state/studio-store.js';
import { layerPointer, nearestHit, pressTaker } from './pane-pointer.js';

const scene = (mode: Mode): LayerScene => ({
  state: { mode } as StudioState,
  video: 'v',
  frame: 0,
  widthPx: 100,
  heightPx: 100,
  view: { scale: 2, offsetX: 11, offsetY: 21 },
});

const plain = { button: 0, shiftKey: false, altKey: false, ctrlKey: true, metaKey: false };
const pointer = layerPointer(plain, { x: 31, y: 61 }, scene('view'));

function layer(id: string, distance: number | null, modes: Mode[], takes: 'hit' | 'ground' | 'none'): Layer {
  return {
    id,
    modes,
    draw: () => {},
    hit: () => (distance === null ? null : { layer: id, distance, cursor: 'pointer', what: id }),
    press: (_, hit) => (takes === 'hit' ? hit !== null : takes === 'ground' ? hit === null : false),
  };
}

test('pointers are told in px of the picture and of the pane', () => {
  expect(pointer).toMatchObject({ x: 10, y: 20, screenX: 31, screenY: 61, modKey: true });
});

test('the nearest hit wins, of equals the topmost, and layers of other modes are not asked', () => {
  const layers = [
    layer('far', 5, ['view'], 'hit'),
    layer('below', 2, ['view'], 'hit'),
    layer('above', 2, ['view'], 'hit'),
    layer('label', 0, ['label'], 'hit'),
  ];
  expect(nearestHit(layers, pointer, scene('view'))?.layer.id).toBe('above');
  expect(nearestHit(layers, pointer, scene('label'))?.layer.id).toBe('label');
  expect(nearestHit(layers, pointer, scene('annotate'))).toBeNull();
  expect(pressTaker(layers, pointer, scene('view'))?.id).toBe('above');
});

test('empty ground goes to the topmost layer that wants it, else the view is moved', () => {
  const layers = [layer('ground', null, ['view'], 'ground'), layer('other', null, ['view'], 'none')];
  expect(pressTaker(layers, pointer, scene('view'))?.id).toBe('ground');
  expect(pressTaker(layers, pointer, scene('label'))).toBeNull();
});

test('a hit that its layer does not take moves the view, and draws nothing on the ground below', () => {
  const layers = [layer('ground', null, ['view'], 'ground'), layer('point', 1, ['view'], 'none')];
  expect(pressTaker(layers, pointer, scene('view'))).toBeNull();
});
