import { useEffect, useRef } from 'react';
import type { Layer } from '../page/layer.js';
import { frameTimes } from '../state/frame-clock.js';
import { studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { frameFeed } from './frames/frame-feed.js';
import { PaneCanvas } from './pane-canvas.js';
import { followPointer } from './pane-pointer.js';
import type { Stage } from './stage.js';
import { useVideoViews, videoViews } from './view-store.js';

/** Shows one video, or the ground of tracks without one, and the layers over it. */
export function Pane({ stage, layers }: { stage: Stage; layers: readonly Layer[] }) {
  const pane = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLParagraphElement>(null);
  const canvas = useRef<PaneCanvas>(null);
  const first = useRef(stage);
  const brightness = useVideoViews((state) => state.brightness);
  const contrast = useVideoViews((state) => state.contrast);

  useEffect(() => {
    const elements = { pane: pane.current, picture: picture.current, layers: over.current, words: words.current };
    if (!elements.pane || !elements.picture || !elements.layers || !elements.words) return;
    const { pane: element } = elements;
    const own = new PaneCanvas(
      { pane: element, picture: elements.picture, layers: elements.layers, words: elements.words },
      layers,
      first.current,
    );
    canvas.current = own;
    const redraw = () => own.redraw();
    const size = new ResizeObserver(() => {
      const pixels = { widthPx: element.clientWidth, heightPx: element.clientHeight };
      own.resize(pixels);
      const { video, widthPx, heightPx } = own.stage;
      videoViews.setState(({ sizes }) => ({
        sizes: { ...sizes, [video]: { pane: pixels, picture: { widthPx, heightPx } } },
      }));
    });
    size.observe(element);
    const stops = [
      studio.subscribe(redraw),
      videoViews.subscribe(redraw),
      frameTimes.subscribe(redraw),
      trackWindows.subscribe(redraw),
      frameFeed.subscribe((video) => video === own.stage.video && redraw()),
      ...layers.flatMap((layer) => layer.subscribe?.(redraw) ?? []),
      followPointer(element, own, layers),
      () => size.disconnect(),
    ];
    return () => {
      for (const stop of stops) stop();
      const { video } = own.stage;
      own.close();
      canvas.current = null;
      videoViews.setState(({ sizes: { [video]: _, ...sizes } }) => ({ sizes }));
    };
  }, [layers]);

  useEffect(() => {
    if (stage.video !== '') frameFeed.open(stage.video, stage);
    canvas.current?.setStage(stage);
  }, [stage]);

  useEffect(() => {
    const { video } = first.current;
    return () => frameFeed.close(video);
  }, []);

  const isPlain = brightness === 1 && contrast === 1;
  return (
    <div
      ref={pane}
      className="video-pane"
      role="application"
      aria-roledescription="video"
      data-video={stage.video}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is zoomed and moved by keys
      tabIndex={0}
    >
      <canvas
        ref={picture}
        className="picture"
        style={isPlain ? {} : { filter: `brightness(${brightness}) contrast(${contrast})` }}
      />
      <canvas ref={over} className="layers" />
      <span className="pane-title">{stage.title}</span>
      <p ref={words} className="pane-words" hidden />
    </div>
  );
}
