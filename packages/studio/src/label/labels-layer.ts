import type { Layer, LayerHit, LayerPointer, LayerScene } from '../page/layer.js';
import { tellProblem } from '../page/tell.js';
import { chooseLabels, labels } from '../state/labels.js';
import { type StudioState, studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { type FrameAnimals, ownPoints } from './animals.js';
import { colorOf, drawCrosshair, drawLabels, type LabelDrawing } from './draw-labels.js';
import { drawLoupe, loupePlace } from './draw-loupe.js';
import {
  choose,
  endDraft,
  type Labeled,
  labeledIn,
  nextPlace,
  send,
  showDraft,
  stepAfter,
  takeShownFrame,
} from './gestures.js';
import { type Handle, handlesOf, hitHandle } from './hit-point.js';
import { acceptSuggestions, type PointPlace, placePoint, setPoints, toggleOccluded } from './label-edits.js';
import { labeling, type PicturePlace } from './label-store.js';
import { clampToPicture, movePoints, type Points, rotatePoints } from './move-points.js';
import { animalsOf, labelSkeleton, presentIndividuals, presentSources } from './present-animals.js';

/** What the pointer does between press and release. */
type Grip =
  | { readonly kind: 'place'; readonly place: PointPlace; readonly labeled: Labeled }
  | {
      readonly kind: 'point';
      readonly handle: Handle;
      readonly frame: number;
      /** From the pointer to the point, px of the picture: the point does not jump to the pointer. */
      readonly dx: number;
      readonly dy: number;
      readonly from: LayerPointer;
    }
  | {
      readonly kind: 'animal';
      readonly individual: string;
      readonly frame: number;
      readonly points: Points;
      readonly from: LayerPointer;
    }
  | { readonly kind: 'nothing' };

let grip: Grip | undefined;

/** Movement up to which a press is a click, CSS px. */
const clickPx = 3;

/** Farthest distance from a point, CSS px: nearer while a click would place one, so that points can lie close together. */
const reachPx = (isPlacing: boolean) => (isPlacing ? 7 : 11);

const isMine = ({ video }: LayerScene) => video === labels.getState().video;

function hit(pointer: LayerPointer, scene: LayerScene): LayerHit | null {
  if (!isMine(scene)) return null;
  const labeled = labeledIn(scene.frame);
  if (labeled === null) return null;
  const isPlacing = labeling.getState().isPlacing && nextPlace(labeled) !== null;
  if (pointer.modKey && isPlacing) return null;
  const found = hitHandle(handlesOf(labeled.animals, labeled.placing.keypoints), pointer, {
    reach: reachPx(isPlacing) / scene.view.scale,
    tie: 2 / scene.view.scale,
    individual: labeled.individual,
    keypoint: labeled.keypoint,
  });
  if (found === null) return null;
  return { layer: 'labels', distance: found.distance * scene.view.scale, cursor: 'grab', what: found.handle };
}

function pressHandle(handle: Handle, pointer: LayerPointer, { frame }: LayerScene, animals: FrameAnimals): Grip {
  const { individual, keypoint, x, y } = handle;
  choose(individual, keypoint, { isHeld: handle.kind === 'own' });
  if (pointer.altKey && handle.kind === 'own') {
    return { kind: 'animal', individual, frame, points: ownPoints(animals, individual), from: pointer };
  }
  return { kind: 'point', handle, frame, dx: x - pointer.x, dy: y - pointer.y, from: pointer };
}

function press(pointer: LayerPointer, layerHit: LayerHit | null, scene: LayerScene): boolean {
  if (!isMine(scene)) {
    if (pointer.button !== 0 || scene.video === '') return false;
    // Another view of the recording: the first press chooses it, the next ones label.
    endDraft();
    grip = { kind: 'nothing' };
    labeling.setState({ shownFrame: null });
    chooseLabels({ video: scene.video }).catch(tellProblem);
    return true;
  }
  endDraft();
  const labeled = labeledIn(scene.frame);
  if (labeled === null) return false;
  const handle = layerHit === null ? undefined : (layerHit.what as Handle);
  if (pointer.button === 2) {
    const point = handle === undefined ? undefined : ownPoints(labeled.animals, handle.individual)[handle.keypoint];
    if (handle === undefined || point === undefined) return false;
    choose(handle.individual, handle.keypoint);
    send(toggleOccluded({ ...handle, frame: scene.frame }, point));
    grip = { kind: 'nothing' };
    return true;
  }
  if (pointer.button !== 0) return false;
  if (studio.getState().isPlaying) studio.setState({ isPlaying: false });
  if (handle !== undefined) {
    grip = pressHandle(handle, pointer, scene, labeled.animals);
    return true;
  }
  const place = nextPlace(labeled);
  if (pointer.shiftKey || !labeling.getState().isPlacing || place === null) {
    labeling.setState({ isHeld: false });
    return false;
  }
  grip = { kind: 'place', place, labeled };
  labeling.setState({ isHeld: false });
  drag(pointer, scene);
  return true;
}

function drag(pointer: LayerPointer, scene: LayerScene): void {
  if (grip === undefined) return;
  labeling.setState({ pointer: { x: pointer.x, y: pointer.y } });
  if (grip.kind === 'place') {
    const { place, labeled } = grip;
    const at = clampToPicture(pointer.x, pointer.y, scene);
    showDraft('drag', place.frame, placePoint(place, at, labeled.points[place.keypoint]));
    return;
  }
  if (grip.kind === 'nothing') return;
  const moved = Math.hypot(pointer.screenX - grip.from.screenX, pointer.screenY - grip.from.screenY);
  if (moved <= clickPx && labeling.getState().draft === null) return;
  if (grip.kind === 'animal') {
    const { individual, frame, points, from } = grip;
    const after = movePoints(points, pointer.x - from.x, pointer.y - from.y, scene);
    showDraft('drag', frame, setPoints(`Move ${individual}`, frame, individual, after));
    return;
  }
  const { handle, frame, dx, dy } = grip;
  const at = clampToPicture(pointer.x + dx, pointer.y + dy, scene);
  const labeled = labeledIn(frame);
  const before = labeled === null ? undefined : ownPoints(labeled.animals, handle.individual)[handle.keypoint];
  showDraft('drag', frame, placePoint({ ...handle, frame }, at, before));
}

function release(): void {
  const held = grip;
  grip = undefined;
  endDraft();
  if (held?.kind === 'place') stepAfter(held.place, held.labeled);
}

function doubleClick(_: LayerPointer, layerHit: LayerHit | null, scene: LayerScene): boolean {
  if (!isMine(scene)) return false;
  const labeled = labeledIn(scene.frame);
  const handle = layerHit?.what as Handle | undefined;
  if (labeled === null) return false;
  // Two quick clicks that placed points must not fit the view as well.
  if (handle === undefined) return labeling.getState().isPlacing && nextPlace(labeled) !== null;
  if (handle.kind === 'predicted') {
    const options = { individuals: [handle.individual], keypoints: [handle.keypoint], cutoff: 0 };
    const gesture = acceptSuggestions(scene.frame, labeled.animals, options);
    if (gesture !== null) send(gesture);
  }
  return true;
}

/** Radians for a wheel's turn in notches: three degrees each, finer on pads that tell small turns. */
const angleOf = (turn: number) => (Math.max(-2, Math.min(2, turn)) * 3 * Math.PI) / 180;

function wheel(_: LayerPointer, turn: number, scene: LayerScene): boolean {
  if (!isMine(scene)) return false;
  const labeled = labeledIn(scene.frame);
  if (labeled === null || Object.keys(labeled.points).length === 0) return false;
  const after = rotatePoints(labeled.points, angleOf(turn));
  const { frame, individual } = labeled;
  showDraft('wheel', frame, setPoints(`Turn ${individual}`, frame, individual, after));
  return true;
}

/** Returns what is drawn of a frame. */
function drawingOf(scene: LayerScene): LabelDrawing | null {
  const sources = presentSources(scene.state);
  const skeleton = labelSkeleton(sources);
  if (skeleton === undefined) return null;
  const { own, state } = sources;
  const isLabeling = state.mode === 'label';
  const labeled = isLabeling ? labeledIn(scene.frame, sources) : null;
  return {
    view: scene.view,
    animals: labeled?.animals ?? animalsOf(scene.frame, sources),
    keypoints: skeleton.keypoints,
    edges: skeleton.edges,
    individuals: presentIndividuals(sources),
    colorBy: own.colorBy,
    pointRadiusPx: own.pointRadiusPx,
    edgesShown: own.edgesShown,
    namesShown: own.namesShown,
    othersShown: own.othersShown,
    suggestionsShown: isLabeling && own.suggestionsShown,
    confidenceCutoff: state.confidenceCutoff,
    chosen:
      labeled === null ? null : { individual: labeled.individual, keypoint: labeled.keypoint, isHeld: own.isHeld },
  };
}

/** Returns where the loupe looks and what it says, or null while nothing is being placed or moved. */
function loupeAim(scene: LayerScene): { at: PicturePlace; word: string; keypoint: string; individual: string } | null {
  const { loupeShown, pointer, crosshair, draft, isPlacing } = labeling.getState();
  if (!loupeShown || scene.state.mode !== 'label') return null;
  const labeled = labeledIn(scene.frame);
  if (labeled === null) return null;
  const { individual } = labeled;
  if (draft !== null && draft.kind !== 'wheel' && draft.frame === scene.frame) {
    const [entry, ...more] = Object.entries(draft.gesture.edits[0]?.points ?? {});
    if (entry === undefined || entry[1] === null || more.length > 0) return null;
    const [keypoint, { x, y }] = entry;
    return { at: { x, y }, word: `${keypoint}  ${x.toFixed(1)}, ${y.toFixed(1)}`, keypoint, individual };
  }
  const keypoint = nextPlace(labeled)?.keypoint ?? labeled.keypoint;
  if (keypoint === null) return null;
  if (crosshair !== null) return { at: crosshair, word: keypoint, keypoint, individual };
  const isInside =
    pointer !== null &&
    pointer.x >= -0.5 &&
    pointer.y >= -0.5 &&
    pointer.x < scene.widthPx &&
    pointer.y < scene.heightPx;
  if (!isPlacing || !isInside || nextPlace(labeled) === null) return null;
  return { at: pointer, word: keypoint, keypoint, individual };
}

function draw(context: CanvasRenderingContext2D, scene: LayerScene): void {
  if (!isMine(scene)) return;
  takeShownFrame(scene.frame);
  const drawing = drawingOf(scene);
  if (drawing === null) return;
  drawLabels(context, drawing);
  const { view } = scene;
  const { crosshair } = labeling.getState();
  if (crosshair !== null && scene.state.mode === 'label') {
    drawCrosshair(context, {
      x: crosshair.x * view.scale + view.offsetX,
      y: crosshair.y * view.scale + view.offsetY,
    });
  }
  const aim = loupeAim(scene);
  if (aim === null || scene.picture === undefined) return;
  const { canvas } = context;
  const pane = { widthPx: canvas.clientWidth, heightPx: canvas.clientHeight };
  const color = colorOf(drawing, aim.individual, aim.keypoint);
  drawLoupe(context, loupePlace(aim.at, view, pane), { picture: scene.picture, word: aim.word, color });
}

/** Arrows step frames again once another frame is shown; the crosshair belongs to label mode. */
function putAway({ timeSec, mode }: StudioState, before: StudioState): void {
  const { isHeld, crosshair } = labeling.getState();
  if (isHeld && timeSec !== before.timeSec) labeling.setState({ isHeld: false });
  if (mode !== before.mode && mode !== 'label' && (isHeld || crosshair !== null)) {
    labeling.setState({ isHeld: false, crosshair: null });
  }
}

/** The labels of the present annotator and of others, with the suggestions of the shown tracks. */
export const labelsLayer: Layer = {
  id: 'labels',
  modes: ['label'],
  draw,
  hit,
  press,
  drag,
  release,
  doubleClick,
  wheel,
  hover(pointer, scene) {
    if (isMine(scene)) labeling.setState({ pointer: pointer === null ? null : { x: pointer.x, y: pointer.y } });
  },
  subscribe(redraw) {
    const stops = [
      labels.subscribe(redraw),
      labeling.subscribe(redraw),
      trackWindows.subscribe(redraw),
      studio.subscribe(putAway),
    ];
    return () => {
      for (const stop of stops) stop();
      labeling.setState({ shownFrame: null });
    };
  },
};
