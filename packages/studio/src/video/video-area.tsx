import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Layer } from '../page/layer.js';
import { frameTimes } from '../state/frame-clock.js';
import { studio, useStudio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { Pane } from './pane.js';
import { followHeldKeys } from './pane-status.js';
import { gridOf, type Size } from './picture-view.js';
import { startPlayer } from './player.js';
import { type Stage, stagesOf } from './stage.js';
import { VideoTools } from './video-tools.js';
import { useVideoViews } from './view-store.js';

const noStages: readonly Stage[] = [];
let lastStages: readonly Stage[] = noStages;
let lastText = '';

/** Returns the stages; the same list as long as nothing about them changed. */
function presentStages(): readonly Stage[] {
  const stages = stagesOf(studio.getState());
  const text = JSON.stringify(
    stages.map(({ clock: { timesSec, ...clock }, ...stage }) => [stage, clock, timesSec?.length ?? 0]),
  );
  if (text !== lastText) [lastStages, lastText] = [stages, text];
  return lastStages;
}

function followStages(changed: () => void): () => void {
  const stops = [
    studio.subscribe((state, before) => {
      if (state.project !== before.project || state.recordingId !== before.recordingId) changed();
    }),
    frameTimes.subscribe(changed),
    trackWindows.subscribe(changed),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Shows the videos of the open recording, and the layers over them. */
export function VideoArea({ layers }: { layers: readonly Layer[] }) {
  const stages = useSyncExternalStore(followStages, presentStages);
  const hidden = useVideoViews((state) => state.hidden);
  const recordingId = useStudio((state) => state.recordingId);
  const videos = useStudio((state) => state.project?.videos);
  // A video that was brought back begins anew.
  const there = useMemo(() => new Set(videos?.flatMap(({ id, isThere }) => (isThere ? id : []))), [videos]);
  const [area, setArea] = useState<Size>({ widthPx: 1, heightPx: 1 });
  const grid = useRef<HTMLDivElement>(null);
  useEffect(startPlayer, []);
  useEffect(followHeldKeys, []);
  useEffect(() => {
    const { current } = grid;
    if (current === null) return;
    const observer = new ResizeObserver(() =>
      setArea({ widthPx: current.clientWidth, heightPx: current.clientHeight }),
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const shown = stages.filter(({ video }) => !hidden.includes(video));
  const { columns } = useMemo(() => gridOf(shown.length, area, shown[0] ?? { widthPx: 4, heightPx: 3 }), [shown, area]);
  return (
    <section className="video-area" aria-label="Video">
      {stages.length > 0 && <VideoTools stages={stages} />}
      <div ref={grid} className="video-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {shown.map((stage) => (
          <Pane key={`${recordingId} ${stage.video} ${there.has(stage.video)}`} stage={stage} layers={layers} />
        ))}
        {shown.length === 0 && (
          <p className="pane-words">
            {recordingId === null
              ? 'Open a recording at the left.'
              : stages.length > 0
                ? 'All videos are hidden.'
                : 'This recording has neither a video nor tracks.'}
          </p>
        )}
      </div>
    </section>
  );
}
