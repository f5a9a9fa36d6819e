import { Link2, Link2Off, Maximize, Sun, ZoomIn, ZoomOut } from 'lucide-react';
import { Popover } from 'radix-ui';
import { runCommand } from '../page/keys.js';
import { videoCommands } from './commands.js';
import type { Stage } from './stage.js';
import { useVideoViews, videoViews } from './view-store.js';

function run(id: string): void {
  const command = videoCommands.find((candidate) => candidate.id === id);
  if (command !== undefined) runCommand(command);
}

function LightSlider({ name, title }: { name: 'brightness' | 'contrast'; title: string }) {
  const value = useVideoViews((state) => state[name]);
  return (
    <label className="field">
      {title} {Math.round(value * 100)} %
      <input
        type="range"
        min={0.2}
        max={4}
        step={0.05}
        value={value}
        onChange={(event) => videoViews.setState({ [name]: Number(event.target.value) })}
      />
    </label>
  );
}

/** Zoom, link, light and which videos are shown. */
export function VideoTools({ stages }: { stages: readonly Stage[] }) {
  const isLinked = useVideoViews((state) => state.isLinked);
  const hidden = useVideoViews((state) => state.hidden);
  const isLit = useVideoViews(({ brightness, contrast }) => brightness !== 1 || contrast !== 1);
  return (
    <div className="video-tools" role="toolbar" aria-label="Picture">
      <button
        type="button"
        className="plain"
        aria-label="Zoom out"
        title="Zoom out (−)"
        onClick={() => run('view.zoom-out')}
      >
        <ZoomOut size={15} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="plain"
        aria-label="Zoom in"
        title="Zoom in (=)"
        onClick={() => run('view.zoom-in')}
      >
        <ZoomIn size={15} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="plain"
        aria-label="Fit the picture"
        title="Fit (0)"
        onClick={() => run('view.fit')}
      >
        <Maximize size={15} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="plain"
        aria-label="1:1, one to one"
        title="One px of the video is one px of the screen (1)"
        onClick={() => run('view.actual-size')}
      >
        1:1
      </button>
      <Popover.Root>
        <Popover.Trigger className="plain" aria-label="Brightness and contrast" data-on={isLit}>
          <Sun size={15} aria-hidden="true" />
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="menu light" sideOffset={4} aria-label="Brightness and contrast" data-own-keys>
            <LightSlider name="brightness" title="Brightness" />
            <LightSlider name="contrast" title="Contrast" />
            <button type="button" disabled={!isLit} onClick={() => run('view.plain-picture')}>
              As they are
            </button>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {stages.length > 1 && (
        <>
          <button
            type="button"
            className="plain"
            aria-pressed={isLinked}
            title="Zoom and move all videos together"
            onClick={() => run('view.link')}
          >
            {isLinked ? <Link2 size={15} aria-hidden="true" /> : <Link2Off size={15} aria-hidden="true" />}
            {isLinked ? 'linked' : 'single'}
          </button>
          {stages.map(({ video, title }) => (
            <label key={video} className="shown-video">
              <input
                type="checkbox"
                checked={!hidden.includes(video)}
                onChange={({ target }) =>
                  videoViews.setState((state) => ({
                    hidden: target.checked ? state.hidden.filter((id) => id !== video) : [...state.hidden, video],
                  }))
                }
              />
              {title}
            </label>
          ))}
        </>
      )}
    </div>
  );
}
