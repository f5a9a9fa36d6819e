import { CircleAlert, CircleCheck, CircleDashed, CircleStop, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { JobView } from 'zoopraxis';
import { openDialog } from '../page/dialogs.js';
import { tell, tellProblem } from '../page/tell.js';
import { jobs, type LearningPoint, useJobs } from '../state/jobs.js';
import { openRecordingById } from '../state/session.js';
import { openTracks, studio, useStudio } from '../state/studio-store.js';
import { startForms } from './forms.js';
import { inspect, showModel, showReport, useInspect } from './inspect-store.js';
import { elapsedSec, type JobResult, jobResults, shareText, spanText, stateWords, workText } from './job-words.js';
import { LearningChart } from './learning-chart.js';
import { useModels } from './model-data.js';
import { SampleView } from './sample-view.js';

const icons = {
  waiting: CircleDashed,
  running: LoaderCircle,
  done: CircleCheck,
  failed: CircleAlert,
  stopped: CircleStop,
};

const resultTitles: Readonly<Record<JobResult['kind'], string>> = {
  model: 'Open model',
  recording: 'Open recording',
  video: 'Open recording',
  report: 'Open report',
};

async function openResult(result: JobResult, { recipe, input }: JobView): Promise<void> {
  if (result.kind === 'model') showModel(result.model);
  else if (result.kind === 'report') showReport(result.model, result.file);
  else {
    const id =
      result.kind === 'recording'
        ? result.recording
        : studio.getState().project?.recordings.find(({ videos }) => videos.includes(result.video))?.id;
    studio.setState({ dialogs: [] });
    if (id === undefined) return;
    await openRecordingById(id);
    const made = openTracks().find(({ source }) => recipe === 'track' && source === input.model);
    if (made !== undefined) studio.setState({ shownTracks: [made.name] });
  }
}

async function goOn({ recipe, input }: JobView): Promise<void> {
  const job = await jobs.getState().start(recipe, input);
  tell(`${job.title}: goes on`);
}

/** Shows the learning of a job, with the newest other models faint behind it. */
export function JobLearning({ job }: { job: JobView }) {
  const points = useJobs(({ learning }) => learning.get(job.id)) ?? none;
  const models = useStudio(({ project }) => project?.models) ?? [];
  const own = typeof job.input.name === 'string' ? job.input.name : job.title;
  const earlier = models
    .filter(({ name, kind }) => kind === 'pose' && name !== own)
    .sort((a, b) => ((a.madeAt ?? '') < (b.madeAt ?? '') ? 1 : -1))
    .slice(0, 3);
  const answers = useModels(earlier.map(({ name }) => name));
  useEffect(() => {
    // A curve that events began is not whole: what came before the page was opened is missing.
    jobs.getState().loadLearning(job.id).catch(tellProblem);
  }, [job.id]);
  const others = answers.flatMap((answer) =>
    answer.kind === 'there' && answer.data.learning.length > 0
      ? [{ name: answer.data.view.name, points: answer.data.learning }]
      : [],
  );
  return <LearningChart runs={[{ name: own, points }, ...others]} />;
}
const none: readonly LearningPoint[] = [];

/** Returns the part of a path that lies in the project: from its folder of exports on. */
const placeInProject = (path: string): string => /(?:^|[\\/])(exports[\\/].*)$/.exec(path)?.[1] ?? path;

function JobRow({ job, now }: { job: JobView; now: number }) {
  const isOpen = useInspect((state) => state.job === job.id);
  const { id, state, title, share, error, progress, output } = job;
  const Icon = icons[state];
  const isLive = state === 'running' || state === 'waiting';
  const hasCurve = /^train pose$/.test(job.recipe) || progress.learning !== undefined;
  const { report, written } = (output ?? {}) as { report?: unknown; written?: unknown };
  return (
    <li className="job" data-state={state}>
      <div className="job-head">
        <Icon size={16} aria-hidden="true" />
        <strong>{title}</strong>
        <span className="muted">
          {stateWords[state]}
          {state !== 'waiting' && ` · ${spanText(elapsedSec(job, now))}`}
        </span>
        <span className="spring" />
        {(hasCurve || output !== null) && (
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => inspect.setState({ job: isOpen ? null : id })}
            aria-label={`${isOpen ? 'Less' : 'More'} about ${title}`}
          >
            {isOpen ? 'Less' : 'More'}
          </button>
        )}
        {jobResults(job).map((result) => (
          <button key={result.kind} type="button" onClick={() => openResult(result, job).catch(tellProblem)}>
            {resultTitles[result.kind]}
          </button>
        ))}
        {(state === 'stopped' || state === 'failed') && (
          <button type="button" onClick={() => goOn(job).catch(tellProblem)}>
            {state === 'stopped' ? 'Go on' : 'Try again'}
          </button>
        )}
        {state === 'running' && progress.learning !== undefined && (
          <button
            type="button"
            title="Ends the training now and writes its model with the best weights so far"
            onClick={() => jobs.getState().finish(id).catch(tellProblem)}
          >
            End and keep the best
          </button>
        )}
        {isLive && (
          <button
            type="button"
            onClick={() => jobs.getState().stop(id).catch(tellProblem)}
            aria-label={`Stop ${title}`}
          >
            Stop
          </button>
        )}
      </div>
      {isLive && (
        <>
          {state === 'running' && <progress aria-label={title} max={1} {...(share === null ? {} : { value: share })} />}
          <p className="muted">{[workText(job), shareText(job)].filter((part) => part !== '').join(' · ')}</p>
        </>
      )}
      {progress.note !== undefined && <p className="muted">{progress.note.text}</p>}
      {error !== null && (
        <p className="job-error">
          {error.message}
          {error.hint !== null && <span className="muted"> {error.hint}</span>}
        </p>
      )}
      {state === 'stopped' && <p className="muted">What was done is kept. “Go on” continues where it stopped.</p>}
      {isOpen && hasCurve && (!isLive || progress.learning !== undefined) && <JobLearning job={job} />}
      {isOpen && progress.samples !== undefined && <SampleView samples={progress.samples} />}
      {typeof written === 'string' && (
        <p className="muted">Written into the project’s folder: {placeInProject(written)}</p>
      )}
      {isOpen && typeof report === 'string' && <p className="muted">Written: {report}</p>}
      {isOpen && !isLive && output !== null && <JobNumbers output={output} />}
    </li>
  );
}

/** Lists the plain numbers and words that came of a job. */
function JobNumbers({ output }: { output: unknown }) {
  const plain = Object.entries(output as object).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'number' || (typeof entry[1] === 'string' && !/[\\/]/.test(entry[1])),
  );
  if (plain.length === 0) return null;
  const words = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return (
    <table className="list">
      <tbody>
        {plain.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{words(name)}</th>
            <td>{typeof value === 'number' ? Number(value.toPrecision(4)).toLocaleString('en-US') : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Shows work that runs, waits and ran; it goes on when the page is closed. */
export function JobsDialog() {
  const list = useJobs((state) => state.list);
  const [now, setNow] = useState(() => Date.now());
  const isLive = list.some(({ state }) => state === 'running');
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isLive]);
  useEffect(() => void jobs.getState().load().catch(tellProblem), []);
  const parts = [
    { title: 'Running', jobs: list.filter(({ state }) => state === 'running') },
    { title: 'Waiting', jobs: list.filter(({ state }) => state === 'waiting').reverse() },
    { title: 'Ended', jobs: list.filter(({ state }) => state !== 'running' && state !== 'waiting') },
  ];
  return (
    <>
      <p className="muted">
        Work goes on when this page is closed, and after the server is started again. One heavy job runs at a time.
      </p>
      <div className="button-row">
        {startForms.map(({ id, title }) => (
          <button key={id} type="button" onClick={() => openDialog(id)}>
            {title} …
          </button>
        ))}
      </div>
      {parts.map(
        (part) =>
          part.jobs.length > 0 && (
            <section key={part.title} aria-label={part.title}>
              <h3>{part.title}</h3>
              <ul className="job-list">
                {part.jobs.map((job) => (
                  <JobRow key={job.id} job={job} now={now} />
                ))}
              </ul>
            </section>
          ),
      )}
      {list.length === 0 && <p>Nothing runs, and nothing ran.</p>}
    </>
  );
}
