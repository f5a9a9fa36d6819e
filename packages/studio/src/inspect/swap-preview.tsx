import { useEffect, useRef, useState } from 'react';
import type { TracksView, VideoView } from 'zoopraxis';
import { distinctColor } from '../page/palette.js';
import { trackWindows } from '../state/track-windows.js';
import { boxAround } from './swap-cost.js';

/** Px that it is drawn in; the panel's width decides how large it is shown. */
const sizePx = 150;

/** Draws two animals of a frame over its picture, each in its color and with the first letter of its name. */
function drawPose(
  context: CanvasRenderingContext2D,
  image: CanvasImageSource | null,
  options: {
    readonly tracks: TracksView;
    readonly pose: Float32Array;
    /** Index of the animal that is drawn as each name. */
    readonly shown: readonly { readonly name: string; readonly animal: number; readonly color: string }[];
    readonly box: { readonly left: number; readonly top: number; readonly side: number };
  },
): void {
  const { tracks, pose, shown, box } = options;
  const scale = sizePx / box.side;
  context.fillStyle = '#000000';
  context.fillRect(0, 0, sizePx, sizePx);
  if (image !== null) {
    context.drawImage(image, box.left, box.top, box.side, box.side, 0, 0, sizePx, sizePx);
  }
  const place = (animal: number, keypoint: number): [number, number] => {
    const at = (animal * tracks.keypoints.length + keypoint) * 3;
    return [((pose[at] as number) + 0.5 - box.left) * scale, ((pose[at + 1] as number) + 0.5 - box.top) * scale];
  };
  for (const { name, animal, color } of shown) {
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = 2;
    for (const [a, b] of tracks.edges) {
      const [from, to] = [place(animal, a), place(animal, b)];
      if ([...from, ...to].some(Number.isNaN)) continue;
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    }
    let topmost: [number, number] | undefined;
    for (let keypoint = 0; keypoint < tracks.keypoints.length; keypoint++) {
      const [x, y] = place(animal, keypoint);
      if (Number.isNaN(x)) continue;
      context.beginPath();
      context.arc(x, y, 2.5, 0, 2 * Math.PI);
      context.fill();
      if (topmost === undefined || y < topmost[1]) topmost = [x, y];
    }
    if (topmost === undefined) continue;
    context.font = 'bold 15px system-ui, sans-serif';
    const half = context.measureText(name).width / 2;
    topmost[0] = Math.max(half, Math.min(sizePx - half, topmost[0]));
    context.textAlign = 'center';
    context.lineWidth = 3;
    context.strokeStyle = '#000000';
    context.strokeText(name, topmost[0], Math.max(16, topmost[1] - 7));
    context.fillText(name, topmost[0], Math.max(16, topmost[1] - 7));
  }
}

/** Returns the picture of a frame, or null while it comes or where there is none. */
function useFramePicture(video: VideoView | undefined, frame: number): HTMLImageElement | null {
  const [picture, setPicture] = useState<HTMLImageElement | null>(null);
  const id = video?.id;
  useEffect(() => {
    setPicture(null);
    if (id === undefined) return;
    const image = new Image();
    image.onload = () => setPicture(image);
    image.src = `/api/videos/${encodeURIComponent(id)}/frames/${frame}?format=jpeg`;
    return () => {
      image.onload = null;
      image.src = '';
    };
  }, [id, frame]);
  return picture;
}

/** Shows two animals of a frame as they are named, or as they would be after an exchange. */
export function SwapPicture({
  tracks,
  video,
  frame,
  pair,
  isExchanged,
  title,
}: {
  tracks: TracksView;
  video: VideoView | undefined;
  frame: number;
  /** Indices of the two animals. */
  pair: readonly [number, number];
  isExchanged: boolean;
  title: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useFramePicture(video, frame);
  const [version, setVersion] = useState(0);
  useEffect(() => trackWindows.subscribe(() => setVersion((before) => before + 1)), []);
  const [first, second] = pair;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that windows came
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const pose = trackWindows.frame(tracks, frame);
    if (!context || pose === undefined) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const size = video ?? { widthPx: 1e6, heightPx: 1e6 };
    const nearby = [frame - 1, frame].flatMap((at) => trackWindows.frame(tracks, at) ?? []);
    const box = boxAround(nearby, [first, second], tracks.keypoints.length, size);
    if (box === null) {
      context.clearRect(0, 0, sizePx, sizePx);
      return;
    }
    const names = [first, second].map((animal) => tracks.individuals[animal] ?? '');
    const animals = isExchanged ? [second, first] : [first, second];
    const shown = names.map((name, i) => ({ name, animal: animals[i] as number, color: distinctColor(i) }));
    drawPose(context, picture, { tracks, pose, shown, box });
  }, [tracks, frame, first, second, isExchanged, picture, version]);
  return (
    <figure className="swap-picture">
      <canvas
        ref={canvas}
        width={sizePx * devicePixelRatio}
        height={sizePx * devicePixelRatio}
        role="img"
        aria-label={`${title}, frame ${frame}`}
      />
      <figcaption>{title}</figcaption>
    </figure>
  );
}
