import { useEffect } from 'react';
import type { RowSource } from '../page/row.js';
import { clockText } from '../state/clock.js';
import { isImageFolder, openRecording, useStudio } from '../state/studio-store.js';
import { startFollowing } from './follow-cursor.js';
import { OverviewView } from './overview.js';
import { startRows } from './rows-store.js';
import { RowsView } from './rows-view.js';
import { rememberChoices } from './timeline-store.js';
import { Transport } from './transport.js';

/** Shows transport, overview, strips and curves. */
export function Timeline({ sources }: { sources: readonly RowSource[] }) {
  const durationSec = useStudio((state) => openRecording(state)?.durationSec);
  const isImages = useStudio((state) => isImageFolder(openRecording(state), state));
  useEffect(() => {
    const stops = [rememberChoices(localStorage), startRows(sources), startFollowing()];
    return () => {
      for (const stop of stops) stop();
    };
  }, [sources]);
  return (
    <section className="timeline" aria-label="Timeline">
      <Transport />
      <div className="overview-line">
        <span className="overview-head muted">
          {durationSec === undefined
            ? 'no recording'
            : isImages
              ? 'all images'
              : `whole ${clockText(durationSec).replace(/\.\d+$/, '')}`}
        </span>
        <OverviewView />
      </div>
      <RowsView />
    </section>
  );
}
