import { confusionMatrixFigure, pckCurveFigure, precisionRecallFigure } from '@zoopraxis/figures';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { openDialog } from '../page/dialogs.js';
import { runById } from '../page/run-by-id.js';
import { tell, tellProblem } from '../page/tell.js';
import { labels } from '../state/labels.js';
import { openRecordingById } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { ExampleBouts } from './example-bouts.js';
import { FigureView } from './figure-view.js';
import { goToFrame } from './go-to.js';
import { reportUrl, showReport, trainOn } from './inspect-store.js';
import { LearningChart } from './learning-chart.js';
import { behaviorTraining, type PoseFacts, type WorstImage } from './model-card.js';
import type { MeasuredBehavior, ModelData } from './model-data.js';
import { SamplePicture } from './sample-view.js';
import { frameOfImage, recordingOfGroup } from './worst-place.js';

/** Returns a number as tables show it: three digits, a dash for none. */
export const shown = (value: number | null, digits = 3): string =>
  value === null ? '–' : Number(value.toPrecision(digits)).toLocaleString('en-US');

/** Returns a share in percent; a dash for none. */
export const percent = (value: number | null): string => (value === null ? '–' : `${shown(100 * value)} %`);

/** Worst images that are shown as pictures. */
const picturedCount = 6;

/** Returns a badly predicted image as samples of a training are drawn. */
const sampleOf = ({ group, file, points }: WorstImage): Parameters<typeof SamplePicture>[0]['sample'] => ({
  group,
  file,
  predicted: points.map(({ predicted, confidence }): [number, number, number] => [
    predicted?.[0] ?? Number.NaN,
    predicted?.[1] ?? Number.NaN,
    confidence ?? 1,
  ]),
  labeled: points.map(({ labeled }): [number, number] | null => (labeled === null ? null : [labeled[0], labeled[1]])),
});

function WorstList({ worst }: { worst: readonly WorstImage[] }) {
  const project = useStudio((state) => state.project);
  if (project === null || worst.length === 0) return null;
  const go = async (image: WorstImage) => {
    const recording = recordingOfGroup(project, image.group);
    if (recording === undefined) {
      tell(`The video of ${image.group}/${image.file} is not in the project: only the image is.`);
      return;
    }
    if (studio.getState().recordingId !== recording) await openRecordingById(recording);
    const frame = frameOfImage(labels.getState().images, image);
    if (frame === null) return;
    // There a label that is wrong is mended.
    studio.setState({ mode: 'label' });
    goToFrame(frame, image.individual ?? undefined, image.keypoint ?? undefined);
  };
  const pictured = worst
    .filter(({ group, points }) => points.length > 0 && recordingOfGroup(project, group) !== undefined)
    .slice(0, picturedCount);
  return (
    <section aria-label="Worst images">
      <h3>Worst images</h3>
      {pictured.length > 0 && (
        <>
          <p className="muted">
            ○ predicted, fainter where unsure; × labeled; lines join the two. A click goes there to mend the label.
          </p>
          <div className="swap-pictures worst-pictures">
            {pictured.map((image) => (
              <button
                key={`${image.group}/${image.file}/${image.individual}`}
                type="button"
                className="plain"
                title={`${image.group}/${image.file}: ${shown(image.meanErrorPx)} px`}
                onClick={() => void go(image).catch(tellProblem)}
              >
                <SamplePicture
                  sample={sampleOf(image)}
                  project={project}
                  words={`mean error ${shown(image.meanErrorPx)} px`}
                />
              </button>
            ))}
          </div>
        </>
      )}
      <ol className="target-list">
        {worst.slice(0, 30).map((image) => {
          const isThere = recordingOfGroup(project, image.group) !== undefined;
          return (
            <li key={`${image.group}/${image.file}/${image.individual}`}>
              <button type="button" onClick={() => void go(image).catch(tellProblem)} aria-disabled={!isThere}>
                <span>
                  {image.group} {image.frame === null ? image.file : `frame ${image.frame}`}
                </span>
                <span className="muted">
                  {image.keypoint ?? ''}
                  {isThere ? '' : ' (no video)'}
                </span>
                <span className="number">{shown(image.meanErrorPx)} px</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function PoseView({ facts }: { facts: PoseFacts }) {
  return (
    <>
      <dl className="numbers">
        <div>
          <dt>mean error</dt>
          <dd>{shown(facts.meanErrorPx)} px</dd>
        </div>
        <div>
          <dt>median error</dt>
          <dd>{shown(facts.medianErrorPx)} px</dd>
        </div>
        {facts.within.map(({ radiusPx, share }) => (
          <div key={radiusPx}>
            <dt>within {radiusPx} px</dt>
            <dd>{percent(share)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        Measured on {facts.frames ?? 'an unknown number of'} labeled images that were not learned from.
        {facts.isSynthetic ? ' The images are synthetic.' : ''}
      </p>
      {facts.keypoints.length > 0 && (
        <table className="list">
          <caption className="said">Error of each body point</caption>
          <thead>
            <tr>
              <th>body point</th>
              <th className="number">median px</th>
              <th className="number">mean px</th>
              <th className="number">95 % px</th>
              <th className="number">missed</th>
            </tr>
          </thead>
          <tbody>
            {facts.keypoints.map((row) => (
              <tr key={row.keypoint}>
                <th scope="row">{row.keypoint}</th>
                <td className="number">{shown(row.medianErrorPx)}</td>
                <td className="number">{shown(row.meanErrorPx)}</td>
                <td className="number">{shown(row.p95ErrorPx)}</td>
                <td className="number">
                  {shown(row.missed)} of {shown(row.points)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {facts.curve !== null && (
        <FigureView
          svg={pckCurveFigure(
            { radius: [...facts.curve.radiusPx], curves: [{ name: 'this model', share: [...facts.curve.share] }] },
            { title: 'Points found within a radius', embedData: false, figureWidthPx: 460 },
          )}
          words="Share of the points that are found within each radius"
        />
      )}
      <WorstList worst={facts.worst} />
    </>
  );
}

function BehaviorView({ measured }: { measured: readonly MeasuredBehavior[] }) {
  const [title, setTitle] = useState<string | null>(null);
  const chosen = measured.find((one) => one.title === title) ?? measured[0];
  if (chosen === undefined) {
    return <p className="muted">It was not measured yet: “Model → Evaluate a classifier” compares it with people.</p>;
  }
  const { facts } = chosen;
  return (
    <>
      {measured.length > 1 && (
        <label className="field">
          Measured
          <select value={chosen.title} onChange={({ target }) => setTitle(target.value)}>
            {measured.map((one) => (
              <option key={one.title}>{one.title}</option>
            ))}
          </select>
        </label>
      )}
      {facts.learnedFrom.length > 0 && (
        <p className="problem">
          This is no test: it learned from {facts.learnedFrom.slice(0, 3).join(', ')}
          {facts.learnedFrom.length > 3 ? ` and ${facts.learnedFrom.length - 3} more` : ''}, and is measured on the
          same. On other recordings it does worse.
        </p>
      )}
      <dl className="numbers">
        <div>
          <dt>macro F1</dt>
          <dd>{shown(facts.macroF1)}</dd>
        </div>
        <div>
          <dt>frames right</dt>
          <dd>{percent(facts.accuracy)}</dd>
        </div>
      </dl>
      <table className="list">
        <caption>{chosen.title}</caption>
        <thead>
          <tr>
            <th>behavior</th>
            <th className="number">precision</th>
            <th className="number">recall</th>
            <th className="number">F1</th>
            <th className="number">bout F1</th>
            <th className="number">frames</th>
          </tr>
        </thead>
        <tbody>
          {facts.rows.map((row) => (
            <tr key={row.behavior}>
              <th scope="row">{row.behavior}</th>
              <td className="number">{shown(row.precision)}</td>
              <td className="number">{shown(row.recall)}</td>
              <td className="number">{shown(row.f1)}</td>
              <td className="number">{shown(row.boutF1)}</td>
              <td className="number">{shown(row.support, 9)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {facts.confusion !== null && (
        <FigureView
          svg={confusionMatrixFigure(facts.confusion, { embedData: false, figureWidthPx: 460 })}
          words={`Confusion matrix of ${facts.confusion.classes.join(', ')}`}
        />
      )}
      <button type="button" onClick={() => runById('annotate.agreement')}>
        Go through where it differs from people
      </button>
      {facts.curves.length > 0 && (
        <FigureView
          svg={precisionRecallFigure(
            { curves: facts.curves },
            { title: 'Precision and recall', embedData: false, figureWidthPx: 460 },
          )}
          words={`Precision over recall of ${facts.curves.map(({ name }) => name).join(', ')}`}
        />
      )}
    </>
  );
}

/** Shows what is known of a model: numbers, curves, pages, places to look at. */
export function ModelDetails({ data }: { data: ModelData }) {
  const { view, card, pose, behavior, learning, reports } = data;
  const training = pose?.training ?? behaviorTraining(card);
  const evaluate = view.kind === 'pose' ? 'start-evaluate-pose' : 'start-evaluate-behavior';
  return (
    <div className="model-details">
      <div className="button-row">
        <button type="button" onClick={() => openDialog(view.kind === 'pose' ? 'start-track' : 'start-classify')}>
          {view.kind === 'pose' ? 'Track with it …' : 'Classify with it …'}
        </button>
        <button type="button" onClick={() => openDialog(evaluate)}>
          Evaluate …
        </button>
        {view.kind === 'pose' && (
          <button
            type="button"
            title="Trains a new model that begins with what this one knows, on the labels as they are now"
            onClick={() => trainOn(view.name)}
          >
            Train on …
          </button>
        )}
      </div>
      <p>
        <span className="muted">{view.kind === 'pose' ? 'Body points' : 'Behaviors'}: </span>
        {view.classes.join(', ')}
      </p>
      {pose !== null ? <PoseView facts={pose} /> : <BehaviorView measured={behavior} />}
      {learning.length > 0 && (
        <section aria-label="Training">
          <h3>Training</h3>
          <LearningChart runs={[{ name: view.name, points: learning }]} />
        </section>
      )}
      {view.kind === 'behavior' && <ExampleBouts model={view.name} />}
      {reports.length > 0 && (
        <section aria-label="Pages and files">
          <h3>Pages and files</h3>
          <ul className="report-list">
            {reports.map((file) => (
              <li key={file}>
                {/\.(html|svg|png|jpe?g)$/.test(file) ? (
                  <button type="button" onClick={() => showReport(view.name, file)}>
                    {file}
                  </button>
                ) : (
                  <span>{file}</span>
                )}
                <a
                  className="button"
                  href={reportUrl(view.name, file)}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={`${file} in a new tab`}
                >
                  <ExternalLink size={14} aria-hidden="true" />
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <details>
        <summary>How it was made</summary>
        <table className="list">
          <tbody>
            {[
              ...(view.madeAt === null ? [] : [['made', new Date(view.madeAt).toLocaleString()] as const]),
              ...(pose === null ? [] : [['network', pose.network] as const]),
              ...training,
            ].map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
