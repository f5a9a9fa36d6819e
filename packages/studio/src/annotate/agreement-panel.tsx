import { useEffect, useMemo, useState } from 'react';
import { tellProblem } from '../page/tell.js';
import { useBouts } from '../state/bouts.js';
import { openRecordingById } from '../state/session.js';
import { studio, useStudio } from '../state/studio-store.js';
import { activeStream } from './active-stream.js';
import { type Agreement, type Difference, measureAgreement } from './agreement.js';
import {
  type ComparedPart,
  likelyPartner,
  readCompared,
  type Scorer,
  scorerId,
  scorersOf,
  scorerTitle,
  sharedRecordings,
} from './agreement-data.js';
import { say } from './annotate-store.js';
import { Swatch } from './swatch.js';

const share = (value: number | null) => (value === null ? '–' : value.toFixed(2).replace(/^-(?=0\.00$)/, ''));

/** Shows a difference: the recording at its beginning, with the stretch chosen. */
async function goTo({ recording, fromSec, toSec }: Difference): Promise<void> {
  if (studio.getState().recordingId !== recording) await openRecordingById(recording, fromSec);
  const { range } = studio.getState();
  const length = Math.max(range.toSec - range.fromSec, (toSec - fromSec) * 1.5);
  const isSeen = fromSec >= range.fromSec && toSec <= range.toSec;
  const start = Math.max(0, (fromSec + toSec) / 2 - length / 2);
  studio.setState({
    timeSec: fromSec,
    isPlaying: false,
    selection: { kind: 'stretch', fromSec, toSec },
    ...(isSeen ? {} : { range: { fromSec: start, toSec: start + length } }),
  });
}

function BehaviorTable({ found, titles }: { found: Agreement; titles: readonly [string, string] }) {
  return (
    <table className="list agreement-table">
      <caption className="said">How {titles.join(' and ')} agree on each behavior</caption>
      <thead>
        <tr>
          <th scope="col">Behavior</th>
          <th scope="col" title="Cohen's kappa of frames with and without it: 1 = the same, 0 = as by chance">
            κ
          </th>
          <th scope="col" title="F1 of frames">
            F1
          </th>
          <th scope="col" title="F1 of bouts of which half overlaps">
            bout F1
          </th>
          <th scope="col" title={`Bouts of ${titles[0]} and of ${titles[1]}`}>
            bouts
          </th>
        </tr>
      </thead>
      <tbody>
        {found.behaviors.map((one) => (
          <tr
            key={one.behavior}
            title={`precision ${share(one.precision)}, recall ${share(one.recall)} of ${titles[1]} against ${titles[0]}${
              one.onsetSec === null ? '' : `; begins ${one.onsetSec.toFixed(2)} s later (median)`
            }`}
          >
            <th scope="row">
              <Swatch behavior={one.behavior} /> {one.behavior}
            </th>
            <td>{share(one.kappa)}</td>
            <td>{share(one.f1)}</td>
            <td>{share(one.boutF1)}</td>
            <td>
              {one.firstCount}, {one.secondCount}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ConfusionTable({ found, titles }: { found: Agreement; titles: readonly [string, string] }) {
  const [shown, setShown] = useState<{ readonly pair: string; readonly at: number } | null>(null);
  const step = (i: number, j: number) => {
    const list = found.stretches[i]?.[j] ?? [];
    const pair = `${i}/${j}`;
    const at = shown?.pair === pair ? (shown.at + 1) % list.length : 0;
    const difference = list[at];
    if (difference === undefined) return;
    setShown({ pair, at });
    say(`Difference ${at + 1} of ${list.length}`);
    goTo(difference).catch(tellProblem);
  };
  const [i = 0, j = 0] = shown?.pair.split('/').map(Number) ?? [];
  return (
    <>
      <table className="list confusion">
        <caption>
          Frames: {titles[0]} says (rows) × {titles[1]} says (columns). A number leads to its stretches, the longest
          first.
        </caption>
        <thead>
          <tr>
            <td />
            {found.categories.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.categories.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {found.categories.map((other, column) => {
                const count = found.frames[row]?.[column] ?? 0;
                return (
                  <td key={other} data-same={row === column}>
                    {row === column || count === 0 ? (
                      count
                    ) : (
                      <button
                        type="button"
                        className="plain"
                        aria-label={`${count} frames: ${titles[0]} says ${name}, ${titles[1]} says ${other}`}
                        onClick={() => step(row, column)}
                      >
                        {count}
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {shown !== null && (
        <p role="status" className="muted">
          {titles[0]}: {found.categories[i]}, {titles[1]}: {found.categories[j]}, stretch {shown.at + 1} of{' '}
          {found.stretches[i]?.[j]?.length ?? 0}. Click again for the next.
        </p>
      )}
    </>
  );
}

/** Measures how two annotators, or one and a model, agree: kappa, F1 and what each calls what. */
export function AgreementPanel() {
  const project = useStudio((state) => state.project);
  const recordingId = useStudio((state) => state.recordingId);
  const streams = useBouts((state) => state.streams);
  const scorers = useMemo(() => scorersOf(project?.annotations ?? []), [project]);
  const mine = activeStream();
  const [wishes, setWishes] = useState<readonly [string, string]>(['', '']);
  const [isEverywhere, setEverywhere] = useState(false);
  const [part, setPart] = useState<ComparedPart>('whole');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [found, setFound] = useState<Agreement | null>(null);
  const [words, setWords] = useState('');
  const here = scorers.filter((scorer) =>
    streams.some((stream) => stream.boutCount > 0 && scorerId(stream) === scorerId(scorer)),
  );
  const isOwn = (scorer: Scorer) => mine !== null && scorerId(scorer) === scorerId(mine);
  const wished = (id: string) => scorers.find((scorer) => scorerId(scorer) === id);
  const first = wished(wishes[0]) ?? here.find(isOwn) ?? here.find(({ isHuman }) => isHuman) ?? here[0];
  const second = wished(wishes[1]) ?? (first === undefined ? undefined : likelyPartner(first, here));
  const key = first === undefined || second === undefined ? '' : JSON.stringify([first, second]);
  const pair = useMemo(() => (key === '' ? null : (JSON.parse(key) as [Scorer, Scorer])), [key]);
  const shared = useMemo(
    () => (project === null || pair === null ? [] : sharedRecordings(project, pair)),
    [project, pair],
  );
  const behaviors = useMemo(() => {
    if (project === null || pair === null) return [];
    const of = project.annotations.filter((stream) => pair.some((scorer) => scorerId(scorer) === scorerId(stream)));
    const named = of.flatMap((stream) => stream.behaviors.filter((name) => stream.isHuman || name !== 'other'));
    return [...new Set(named)].sort();
  }, [project, pair]);
  const compared = behaviors.filter((name) => !left.has(name));
  const chosen = compared.join('\n');

  useEffect(() => {
    const wanted = isEverywhere ? shared : shared.filter(({ id }) => id === recordingId);
    if (pair === null || wanted.length === 0 || chosen === '') {
      setFound(null);
      setWords('');
      return;
    }
    const abort = new AbortController();
    const measure = async () => {
      // Numbers of what was compared before must not stand under the new names while many recordings are read.
      if (wanted.length > 1) setFound(null);
      const onProgress = (done: number, of: number) =>
        setWords(of > 1 ? `Reading recording ${done + 1} of ${of} …` : 'Measuring …');
      const recordings = await readCompared(wanted, pair, { part, shown: streams, signal: abort.signal, onProgress });
      abort.signal.throwIfAborted();
      // A recording in which two animals were scored is two here.
      const named = recordings.map((each, at) => ({ ...each, recording: JSON.stringify([each.recording, at]) }));
      const measured = named.length === 0 ? null : measureAgreement(named, chosen.split('\n'));
      setFound(measured === null ? null : withPlainNames(measured));
      setWords(measured === null ? 'They share no part of these recordings.' : '');
    };
    const wait = setTimeout(() => measure().catch((error) => !abort.signal.aborted && tellProblem(error)), 250);
    return () => {
      clearTimeout(wait);
      abort.abort();
    };
  }, [pair, shared, isEverywhere, part, chosen, recordingId, streams]);

  if (recordingId === null || project === null) return <p className="muted">Open a recording first.</p>;
  if (scorers.length < 2) {
    return (
      <p className="muted">
        Two scorings are needed: a second annotator (panel Annotate, <em>Another annotator</em>), imported bouts, or a
        classifier.
      </p>
    );
  }
  const titles = [first, second].map((scorer) => (scorer === undefined ? '–' : scorerTitle(scorer, scorers)));
  const choice = (at: 0 | 1, label: string, scorer: Scorer | undefined) => (
    <label className="field">
      {label}
      <select
        value={scorer === undefined ? '' : scorerId(scorer)}
        onChange={({ target }) => setWishes(at === 0 ? [target.value, wishes[1]] : [wishes[0], target.value])}
      >
        {scorer === undefined && <option value="">choose</option>}
        {scorers.map((each) => (
          <option key={scorerId(each)} value={scorerId(each)}>
            {scorerTitle(each, scorers)}
            {each.isHuman ? '' : ' (model)'}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="agreement-panel">
      <div className="stream-form">
        {choice(0, 'Compare', first)}
        {choice(1, 'with', second)}
        <label className="field">
          in
          <select value={`${isEverywhere}`} onChange={({ target }) => setEverywhere(target.value === 'true')}>
            <option value="false">this recording</option>
            <option value="true">all {shared.length} that both scored</option>
          </select>
        </label>
        <label className="field">
          over
          <select value={part} onChange={({ target }) => setPart(target.value as ComparedPart)}>
            <option value="whole">the whole recording</option>
            <option value="shared">where both have bouts</option>
          </select>
        </label>
      </div>
      <details>
        <summary>
          Behaviors:{' '}
          {compared.length === behaviors.length
            ? `all ${behaviors.length}`
            : `${compared.length} of ${behaviors.length}`}
        </summary>
        <div className="agreement-behaviors">
          {behaviors.map((name) => (
            <label key={name} className="check">
              <input
                type="checkbox"
                checked={!left.has(name)}
                onChange={({ target }) => {
                  const next = new Set(left);
                  if (target.checked) next.delete(name);
                  else next.add(name);
                  setLeft(next);
                }}
              />
              {name}
            </label>
          ))}
        </div>
      </details>
      {words !== '' && (
        <p role="status" className="muted">
          {words}
        </p>
      )}
      {pair !== null && words === '' && found === null && (
        <p className="muted">{titles.join(' and ')} have not both scored this recording.</p>
      )}
      {found !== null && (
        <>
          <p role="status">
            Cohen’s kappa <strong>{share(found.kappa)}</strong>: the same on {(found.same * 100).toFixed(1)} % of{' '}
            {found.frameCount.toLocaleString('en')} frames
            {found.overlapFrames > 0 &&
              `; on ${found.overlapFrames} frames behaviors overlap, and the one that began last counts`}
            .
          </p>
          <BehaviorTable found={found} titles={titles as [string, string]} />
          <ConfusionTable key={key} found={found} titles={titles as [string, string]} />
          <p className="muted">Neighboring frames are alike, so that no interval is given.</p>
        </>
      )}
    </div>
  );
}

function withPlainNames(found: Agreement): Agreement {
  const plain = (difference: Difference): Difference => ({
    ...difference,
    recording: (JSON.parse(difference.recording) as [string, number])[0],
  });
  return { ...found, stretches: found.stretches.map((row) => row.map((list) => list.map(plain))) };
}
