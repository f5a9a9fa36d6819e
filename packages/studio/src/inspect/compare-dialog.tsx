import { pckCurveFigure, precisionRecallFigure } from '@zoopraxis/figures';
import { useStudio } from '../state/studio-store.js';
import {
  behaviorsCompared,
  bestOf,
  type ComparisonLine,
  measuredOnText,
  posesCompared,
  recordingsOfTraining,
  unlikeMeasures,
} from './comparison-table.js';
import { FigureView } from './figure-view.js';
import { useInspect } from './inspect-store.js';
import { LearningChart } from './learning-chart.js';
import type { PoseFacts } from './model-card.js';
import { type ModelData, useModels } from './model-data.js';
import { percent, shown } from './model-details.js';

function Lines({ names, lines, title }: { names: readonly string[]; lines: readonly ComparisonLine[]; title: string }) {
  return (
    <table className="list">
      <caption className="said">{title}</caption>
      <thead>
        <tr>
          <th>measure</th>
          {names.map((name) => (
            <th key={name} className="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const best = bestOf(line);
          return (
            <tr key={line.name}>
              <th scope="row">{line.name}</th>
              {names.map((name, i) => {
                const value = line.values[i] ?? null;
                const text = line.isShare ? percent(value) : shown(value);
                return (
                  <td key={name} className="number">
                    {i === best ? <strong>{text} ★</strong> : text}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Poses({ models }: { models: readonly (ModelData & { pose: PoseFacts })[] }) {
  const names = models.map(({ view }) => view.name);
  const facts = models.map(({ pose }) => pose);
  const heldOut = models.map(({ card }) =>
    JSON.stringify((card as { data?: { heldOutImages?: unknown } } | null)?.data?.heldOutImages ?? null),
  );
  const warning = unlikeMeasures(facts, heldOut);
  const measuredOn = measuredOnText(facts);
  const radii = facts.find(({ curve }) => curve !== null)?.curve?.radiusPx;
  const curves = models.flatMap(({ view, pose }) =>
    pose.curve === null || pose.curve.radiusPx.join() !== radii?.join()
      ? []
      : [{ name: view.name, share: [...pose.curve.share] }],
  );
  return (
    <section aria-label="Pose models">
      {warning !== null && <p className="form-problem">{warning}</p>}
      {warning === null && measuredOn !== null && <p className="muted">{measuredOn}</p>}
      <Lines names={names} lines={posesCompared(facts)} title="Errors of pose models" />
      {radii !== undefined && curves.length > 0 && (
        <FigureView
          svg={pckCurveFigure(
            { radius: [...radii], curves },
            { title: 'Points found within a radius', embedData: false },
          )}
          words="Share of the points that are found within each radius, by model"
        />
      )}
    </section>
  );
}

function Behaviors({ models }: { models: readonly ModelData[] }) {
  const names = models.map(({ view }) => view.name);
  const firsts = models.map(({ behavior }) => behavior[0]);
  const classes = [...new Set(firsts.flatMap((one) => one?.facts.curves.map(({ name }) => name) ?? []))];
  return (
    <section aria-label="Classifiers">
      {new Set(models.map(({ training }) => recordingsOfTraining(training))).size > 1 && (
        <p className="form-problem">
          They learned from different recordings or annotations: differences may come from those.
        </p>
      )}
      <p className="muted">
        {models.map(({ view }, i) => `${view.name}: ${firsts[i]?.title ?? 'not measured yet'}`).join(' · ')}
      </p>
      <Lines names={names} lines={behaviorsCompared(firsts.map((one) => one?.facts ?? null))} title="Scores" />
      {classes.slice(0, 6).map((behavior) => (
        <FigureView
          key={behavior}
          svg={precisionRecallFigure(
            {
              curves: models.flatMap(({ view }, i) => {
                const curve = firsts[i]?.facts.curves.find(({ name }) => name === behavior);
                return curve === undefined ? [] : [{ ...curve, name: view.name }];
              }),
            },
            { title: behavior, embedData: false, figureWidthPx: 520 },
          )}
          words={`Precision over recall of ${behavior}, by model`}
        />
      ))}
    </section>
  );
}

/** Sets two to four models side by side. */
export function CompareDialog() {
  const all = useStudio(({ project }) => project?.models) ?? [];
  const ticked = useInspect((state) => state.compared);
  const compared = ticked.filter((name) => all.some((model) => model.name === name));
  const answers = useModels(compared);
  if (compared.length < 2) return <p>Tick two to four models in the panel “Models” first.</p>;
  const models = answers.flatMap((answer) => (answer.kind === 'there' ? [answer.data] : []));
  const failed = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.sentence] : []));
  const poses = models.filter((model): model is ModelData & { pose: PoseFacts } => model.pose !== null);
  const behaviors = models.filter(({ view }) => view.kind === 'behavior');
  const learned = models.filter(({ learning }) => learning.length > 0);
  return (
    <>
      {answers.some(({ kind }) => kind === 'loading') && <p className="muted">Cards are being read …</p>}
      {failed.map((sentence) => (
        <p key={sentence} role="alert">
          {sentence}
        </p>
      ))}
      {poses.length > 0 && <Poses models={poses} />}
      {behaviors.length > 0 && <Behaviors models={behaviors} />}
      {learned.length > 0 && (
        <section aria-label="Training">
          <h3>Training</h3>
          <LearningChart runs={learned.map(({ view, learning }) => ({ name: view.name, points: learning }))} />
        </section>
      )}
    </>
  );
}
