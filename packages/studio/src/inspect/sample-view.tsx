import { useEffect, useRef, useState } from 'react';
import type { LabelImage, ProgressEvent, ProjectView, VideoView } from 'zoopraxis';
import { distinctColor } from '../page/palette.js';
import { call } from '../server/client.js';
import { useStudio } from '../state/studio-store.js';
import { boxAround } from './swap-cost.js';
import { frameOfImage, videoOfGroup } from './worst-place.js';

type Samples = Extract<ProgressEvent, { kind: 'samples' }>;
type Sample = Samples['images'][number];

const sizePx = 200;

/** Images of videos, asked for once each. */
const known = new Map<string, Promise<readonly LabelImage[]>>();

function imagesOf(video: string): Promise<readonly LabelImage[]> {
  const before = known.get(video);
  if (before !== undefined) return before;
  const asked = call('GET /api/labels/:video', { path: { video }, query: {} }).then(
    ({ images }) => images,
    () => {
      known.delete(video);
      return [];
    },
  );
  known.set(video, asked);
  return asked;
}

/** Returns the picture of a labeled image; null while it comes, or where the project has no video of it. */
function usePicture({ group, file }: Sample, video: VideoView | undefined): HTMLImageElement | null {
  const [picture, setPicture] = useState<HTMLImageElement | null>(null);
  const id = video?.id;
  useEffect(() => {
    setPicture(null);
    if (id === undefined) return;
    let isWanted = true;
    const image = new Image();
    image.onload = () => isWanted && setPicture(image);
    void imagesOf(id).then((images) => {
      const number = /(\d+)\.[^.]+$/.exec(file)?.[1];
      const frame = frameOfImage(images, { group, file, frame: number === undefined ? null : Number(number) });
      if (isWanted && frame !== null) image.src = `/api/videos/${encodeURIComponent(id)}/frames/${frame}?format=jpeg`;
    });
    return () => {
      isWanted = false;
    };
  }, [id, group, file]);
  return picture;
}

function draw(context: CanvasRenderingContext2D, sample: Sample, picture: HTMLImageElement | null): void {
  const { predicted, labeled } = sample;
  const points = labeled.map((point) => [point?.[0] ?? Number.NaN, point?.[1] ?? Number.NaN, 1]);
  const size =
    picture === null ? { widthPx: 1e6, heightPx: 1e6 } : { widthPx: picture.width, heightPx: picture.height };
  const box = boxAround([Float32Array.from(points.flat())], [0], points.length, size);
  context.fillStyle = '#101418';
  context.fillRect(0, 0, sizePx, sizePx);
  if (box === null) return;
  const scale = sizePx / box.side;
  if (picture !== null) context.drawImage(picture, box.left, box.top, box.side, box.side, 0, 0, sizePx, sizePx);
  const place = (x: number, y: number) => [(x + 0.5 - box.left) * scale, (y + 0.5 - box.top) * scale] as const;
  predicted.forEach(([px, py, confidence], keypoint) => {
    const color = distinctColor(keypoint);
    const label = labeled[keypoint] ?? null;
    const [x, y] = place(px, py);
    context.strokeStyle = color;
    context.lineWidth = 1;
    if (label !== null) {
      const [lx, ly] = place(...label);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(lx, ly);
      context.stroke();
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(lx - 4, ly - 4);
      context.lineTo(lx + 4, ly + 4);
      context.moveTo(lx + 4, ly - 4);
      context.lineTo(lx - 4, ly + 4);
      context.stroke();
    }
    // A ring is faint where the model is not sure.
    context.globalAlpha = Math.max(0.25, Math.min(1, confidence));
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 1;
  });
}

/** Draws predictions and labels over the part of an image in which the animal is. */
export function SamplePicture({ sample, project, words }: { sample: Sample; project: ProjectView; words: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const video = videoOfGroup(project, sample.group);
  const picture = usePicture(sample, video);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw(context, sample, picture);
  }, [sample, picture]);
  return (
    <figure className="swap-picture">
      <canvas
        ref={canvas}
        width={sizePx * devicePixelRatio}
        height={sizePx * devicePixelRatio}
        role="img"
        aria-label={`Predictions and labels on ${sample.group}/${sample.file} ${words}`.trim()}
      />
      <figcaption>
        {sample.group}
        {video === undefined ? ' (picture not in a video)' : ''}
      </figcaption>
    </figure>
  );
}

/** Shows what the model under training predicts on a few images that it does not learn from. */
export function SampleView({ samples }: { samples: Samples }) {
  const project = useStudio((state) => state.project);
  if (project === null) return null;
  const { step, images } = samples;
  return (
    <section aria-label="Predictions on held-out images">
      <p className="muted">
        Held-out images at step {step}: ○ predicted, fainter where unsure; × labeled; lines join the two
      </p>
      <div className="swap-pictures">
        {images.map((sample) => (
          <SamplePicture
            key={`${sample.group}/${sample.file}`}
            sample={sample}
            project={project}
            words={`at step ${step}`}
          />
        ))}
      </div>
    </section>
  );
}
