import type { TracksView } from 'zoopraxis';
import { frameAt } from '../state/clock.js';
import { clockOfVideo } from '../state/frame-clock.js';
import { openVideos, studio, useStudio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';
import { useCalmTime } from './calm-time.js';
import { isConfident, pointAt } from './draw-pose.js';

/** Returns the frame of tracks at a time of the recording. */
function frameOf(tracks: TracksView, timeSec: number): number {
  const videos = openVideos();
  const video = videos.find(({ id }) => id === tracks.video) ?? videos[0];
  const clock = (video && clockOfVideo(video)) ?? { frameCount: tracks.frameCount, fps: tracks.fps };
  return frameAt(timeSec, clock);
}

/** Lists the points of tracks in the present frame: what the canvas shows, for everybody to read. */
export function KeypointList({ tracks }: { tracks: TracksView }) {
  const timeSec = useCalmTime();
  const cutoff = useStudio((state) => state.confidenceCutoff);
  const selection = useStudio((state) => state.selection);
  const { name, individuals, keypoints } = tracks;
  const frame = frameOf(tracks, timeSec);
  const pose = trackWindows.frame(tracks, frame);
  if (frame >= tracks.frameCount)
    return (
      <p className="muted">
        {name} ends before frame {frame}.
      </p>
    );
  if (pose === undefined) return <p className="muted">{name} is on its way …</p>;
  return (
    <table className="list keypoint-list">
      <caption>
        {name}, frame {frame}
      </caption>
      <thead>
        <tr>
          <th scope="col">Keypoint</th>
          <th scope="col" className="number">
            x, px
          </th>
          <th scope="col" className="number">
            y, px
          </th>
          <th scope="col" className="number">
            conf.
          </th>
        </tr>
      </thead>
      {individuals.map((individual, i) => (
        <tbody key={individual}>
          {individuals.length > 1 && (
            <tr>
              <th scope="rowgroup" colSpan={4}>
                {individual}
              </th>
            </tr>
          )}
          {keypoints.map((keypoint, k) => {
            const point = pointAt(pose, i, k, keypoints.length);
            const isChosen =
              selection.kind === 'point' && selection.individual === individual && selection.keypoint === keypoint;
            const isSure = point !== null && isConfident(point, cutoff);
            return (
              <tr key={keypoint} aria-selected={isChosen}>
                <td>
                  <button
                    type="button"
                    className="plain"
                    aria-pressed={isChosen}
                    onClick={() => studio.setState({ selection: { kind: 'point', individual, keypoint } })}
                  >
                    <span aria-hidden="true">{point === null ? '–' : isSure ? '●' : '○'}</span> {keypoint}
                  </button>
                </td>
                <td className="number">{point === null ? 'missing' : point.x.toFixed(1)}</td>
                <td className="number">{point === null ? '' : point.y.toFixed(1)}</td>
                <td className="number">
                  {point === null || Number.isNaN(point.confidence) ? '' : point.confidence.toFixed(2)}
                  {point !== null && !isSure && <span className="said"> below the cutoff</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}
