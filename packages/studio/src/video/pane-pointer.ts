import type { Layer, LayerHit, LayerPointer, LayerScene } from '../page/layer.js';
import { studio } from '../state/studio-store.js';
import type { PaneCanvas } from './pane-canvas.js';
import { fittedView, panBy, zoomAt } from './picture-view.js';
import { setView, videoViews, viewOf } from './view-store.js';

/** Returns where a pointer is: in CSS px of the pane, and in px of the picture. */
export function layerPointer(
  event: Pick<MouseEvent, 'button' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>,
  screen: { readonly x: number; readonly y: number },
  { view }: Pick<LayerScene, 'view'>,
): LayerPointer {
  return {
    x: (screen.x - view.offsetX) / view.scale,
    y: (screen.y - view.offsetY) / view.scale,
    screenX: screen.x,
    screenY: screen.y,
    button: event.button,
    shiftKey: event.shiftKey,
    altKey: event.altKey,
    modKey: event.ctrlKey || event.metaKey,
  };
}

/** Returns the layers that take the pointer in a scene's mode, the topmost first. */
const takers = (layers: readonly Layer[], { state }: LayerScene): Layer[] =>
  layers.filter(({ modes }) => modes.includes(state.mode)).reverse();

/** Returns the nearest hit of the layers that take the pointer, the topmost of equals; null where there is none. */
export function nearestHit(
  layers: readonly Layer[],
  pointer: LayerPointer,
  scene: LayerScene,
): { readonly layer: Layer; readonly hit: LayerHit } | null {
  let best: { layer: Layer; hit: LayerHit } | null = null;
  for (const layer of takers(layers, scene)) {
    const hit = layer.hit?.(pointer, scene) ?? null;
    if (hit !== null && (best === null || hit.distance < best.hit.distance)) best = { layer, hit };
  }
  return best;
}

/** Returns the layer that takes a press: that of the nearest hit, else the topmost that wants empty ground; null = the view pans. */
export function pressTaker(layers: readonly Layer[], pointer: LayerPointer, scene: LayerScene): Layer | null {
  const nearest = nearestHit(layers, pointer, scene);
  if (nearest?.layer.press?.(pointer, nearest.hit, scene)) return nearest.layer;
  if (nearest !== null) return null;
  return takers(layers, scene).find((layer) => layer.press?.(pointer, null, scene) === true) ?? null;
}

type Gesture =
  | { readonly kind: 'layer'; readonly layer: Layer }
  | { readonly kind: 'pan'; x: number; y: number; isMoved: boolean };

/** Zoom by a turn of the wheel of 100 px. */
const zoomPerTurn = 1.2;

/** Routes pointer and wheel of a pane to layers or to the view; returns the way to stop. */
export function followPointer(element: HTMLElement, canvas: PaneCanvas, layers: readonly Layer[]): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let gesture: Gesture | null = null;

  const place = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left - element.clientLeft, y: event.clientY - box.top - element.clientTop };
  };
  const look = (event: MouseEvent): { scene: LayerScene; pointer: LayerPointer } | null => {
    const { scene } = canvas;
    // Layers see what is chosen now, not what was when it was drawn.
    const now = scene === null || scene.frame < 0 ? null : { ...scene, state: studio.getState() };
    return now === null ? null : { scene: now, pointer: layerPointer(event, place(event), now) };
  };
  const hover = (event: PointerEvent) => {
    const seen = look(event);
    if (seen === null) return;
    const nearest = nearestHit(layers, seen.pointer, seen.scene);
    element.style.cursor = nearest?.hit.cursor ?? '';
    for (const layer of takers(layers, seen.scene)) layer.hover?.(seen.pointer, seen.scene);
  };
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (gesture !== null) return;
      const { video } = canvas.stage;
      videoViews.setState({ activeVideo: video });
      const seen = look(event);
      const isPan = event.button === 1;
      const layer = isPan || seen === null ? null : pressTaker(layers, seen.pointer, seen.scene);
      if (layer !== null) gesture = { kind: 'layer', layer };
      else if (event.button <= 1) gesture = { kind: 'pan', ...place(event), isMoved: false };
      if (gesture !== null) element.setPointerCapture(event.pointerId);
      if (isPan) event.preventDefault();
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (gesture === null) return hover(event);
      if (gesture.kind === 'layer') {
        const seen = look(event);
        if (seen !== null) gesture.layer.drag?.(seen.pointer, seen.scene);
        return;
      }
      const now = place(event);
      const [movedX, movedY] = [now.x - gesture.x, now.y - gesture.y];
      if (!gesture.isMoved && Math.hypot(movedX, movedY) < 3) return;
      gesture = { kind: 'pan', ...now, isMoved: true };
      element.style.cursor = 'grabbing';
      const { video } = canvas.stage;
      setView(video, panBy(viewOf(video), canvas.size, canvas.stage, movedX, movedY));
    },
    { signal },
  );
  const end = (event: PointerEvent) => {
    if (gesture?.kind === 'layer') {
      const seen = look(event);
      if (seen !== null) gesture.layer.release?.(seen.pointer, seen.scene);
    }
    gesture = null;
    element.style.cursor = '';
  };
  element.addEventListener('pointerup', end, { signal });
  element.addEventListener('pointercancel', end, { signal });
  element.addEventListener(
    'pointerleave',
    () => {
      const { scene } = canvas;
      if (scene !== null && gesture === null) for (const layer of takers(layers, scene)) layer.hover?.(null, scene);
    },
    { signal },
  );
  element.addEventListener(
    'dblclick',
    (event) => {
      const seen = look(event);
      if (seen !== null) {
        const { pointer, scene } = seen;
        const nearest = nearestHit(layers, pointer, scene);
        const asked = nearest === null ? takers(layers, scene) : [nearest.layer];
        if (asked.some((layer) => layer.doubleClick?.(pointer, nearest?.hit ?? null, scene) === true)) return;
        if (nearest !== null) return;
      }
      setView(canvas.stage.video, fittedView);
    },
    { signal },
  );
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const turn = (event.deltaMode === 1 ? event.deltaY * 33 : event.deltaY) / 100;
      const seen = look(event);
      if (event.altKey && seen !== null) {
        const { pointer, scene } = seen;
        if (takers(layers, scene).some((layer) => layer.wheel?.(pointer, turn, scene) === true)) return;
      }
      const { stage, size } = canvas;
      videoViews.setState({ activeVideo: stage.video });
      // Pinching on a touchpad comes as small turns with Control.
      const factor = zoomPerTurn ** (-turn * (event.ctrlKey ? 5 : 1));
      setView(stage.video, zoomAt(viewOf(stage.video), size, stage, place(event), factor));
    },
    { signal, passive: false },
  );
  return () => stop.abort();
}
