import { useEffect, useReducer, useState } from 'react';
import { studio } from '../state/studio-store.js';
import { trackWindows } from '../state/track-windows.js';

/** While playing, lists follow this often, ms: nobody reads faster. */
const everyMs = 250;

/** Returns the time that is shown, seconds; while playing it follows a few times a second. Renders again when tracks came. */
export function useCalmTime(): number {
  const [timeSec, setTime] = useState(studio.getState().timeSec);
  const [, wake] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let last = 0;
    const stop = studio.subscribe((state) => {
      if (state.isPlaying && performance.now() - last < everyMs) return;
      last = performance.now();
      setTime(state.timeSec);
    });
    const stopTracks = trackWindows.subscribe(wake);
    return () => {
      stop();
      stopTracks();
    };
  }, []);
  return timeSec;
}
