import { Group, Panel, Separator } from 'react-resizable-panels';
import { Toaster } from 'sonner';
import { RecoveryBanner } from '../label/recovery-banner.js';
import { useStudio } from '../state/studio-store.js';
import { Timeline } from '../timeline/timeline.js';
import { VideoArea } from '../video/video-area.js';
import { layers } from './all-layers.js';
import { rowSources } from './all-rows.js';
import { Column } from './column.js';
import { DialogStack } from './dialog-stack.js';
import { MendBanner } from './mend-banner.js';
import { StatusBar } from './status-bar.js';
import { TopBar } from './top-bar.js';
import { TroubleBanner } from './trouble-banner.js';

/** The whole page. */
export function App() {
  const theme = useStudio((state) => state.theme);
  return (
    <div className="studio">
      <TopBar />
      <main className="main-area">
        <Group orientation="vertical">
          <Panel defaultSize="64%" minSize="20%">
            <Group orientation="horizontal">
              <Panel defaultSize="17%" minSize="8%">
                <Column place="left" label="Project" />
              </Panel>
              <Separator className="handle" data-direction="across" />
              <Panel defaultSize="58%" minSize="25%">
                <VideoArea layers={layers} />
              </Panel>
              <Separator className="handle" data-direction="across" />
              <Panel defaultSize="25%" minSize="8%">
                <Column place="right" label="Inspector" />
              </Panel>
            </Group>
          </Panel>
          <Separator className="handle" data-direction="down" />
          <Panel defaultSize="36%" minSize="12%">
            <Timeline sources={rowSources} />
          </Panel>
        </Group>
      </main>
      <StatusBar />
      {/* Over the timeline, so that the video stays where it is under a pointer that is about to click. */}
      <div className="notices">
        <TroubleBanner />
        <MendBanner />
        <RecoveryBanner />
      </div>
      <DialogStack />
      <Toaster position="bottom-right" theme={theme} visibleToasts={4} />
    </div>
  );
}
