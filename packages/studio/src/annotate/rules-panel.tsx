import { ruleText } from '@zoopraxis/behavior';
import { useEffect, useState } from 'react';
import { tellProblem } from '../page/tell.js';
import { useStudio } from '../state/studio-store.js';
import { useTraces } from '../state/traces.js';
import { animalsText } from './active-stream.js';
import { problemOfRule } from './rule-draft.js';
import { GroupEditor } from './rule-parts.js';
import {
  applyDraft,
  applyDraftEverywhere,
  changeBehavior,
  changeDraft,
  closeRule,
  deleteRule,
  openRule,
  saveRule,
  showRules,
  streamOfRule,
  useRules,
} from './rules-store.js';

const seconds = (value: number) => (value < 60 ? `${value.toFixed(1)} s` : `${(value / 60).toFixed(1)} min`);

function RuleList() {
  const rules = useRules((state) => state.rules);
  const isLoaded = useRules((state) => state.isLoaded);
  return (
    <>
      <p className="muted">A rule finds behavior by ranges of features: no training, and anyone can check it.</p>
      <ul className="stream-list">
        {rules.map((rule) => (
          <li key={rule.name}>
            <button type="button" onClick={() => openRule(rule)}>
              <span>
                {rule.name} → {rule.behavior}
              </span>
              <span className="muted">{ruleText(rule.when)}</span>
            </button>
          </li>
        ))}
      </ul>
      {isLoaded && rules.length === 0 && <p className="muted">The project has no rules yet.</p>}
      <button type="button" className="primary" onClick={() => openRule(null)}>
        New rule
      </button>
    </>
  );
}

function SecondsField({ title, value, onChange }: { title: string; value: number; onChange: (value: number) => void }) {
  return (
    <label className="field">
      {title}
      <input
        type="number"
        min={0}
        step={0.05}
        value={value}
        onChange={({ target }) => Number.isFinite(target.valueAsNumber) && onChange(Math.max(0, target.valueAsNumber))}
      />
    </label>
  );
}

function DraftEditor() {
  const draft = useRules((state) => state.draft);
  const opened = useRules((state) => state.opened);
  const rules = useRules((state) => state.rules);
  const preview = useRules((state) => state.preview);
  const trouble = useRules((state) => state.problem);
  const loading = useRules((state) => state.loading.length);
  const behaviors = useStudio(({ project }) => project?.ethogram.behaviors) ?? [];
  const list = useTraces((state) => state.list);
  const isListing = useTraces((state) => state.isLoading);
  useStudio((state) => state.activeStream);
  const [isBusy, setBusy] = useState(false);
  const recordingCount = useStudio(({ project }) => project?.recordings.length ?? 0);
  const [progress, setProgress] = useState<string | null>(null);
  const [stopper, setStopper] = useState<AbortController | null>(null);
  if (draft === null) return null;
  const problem = problemOfRule(
    draft,
    rules.filter(({ name }) => name !== opened),
  );
  const stream = streamOfRule(draft);
  const work = (task: () => Promise<void>) => {
    setBusy(true);
    task()
      .catch(tellProblem)
      .finally(() => setBusy(false));
  };
  const everywhere = () => {
    const abort = new AbortController();
    setStopper(abort);
    const onProgress = (done: number, of: number) => setProgress(`recording ${done + 1} of ${of} …`);
    work(() =>
      applyDraftEverywhere({ signal: abort.signal, onProgress }).finally(() => {
        setProgress(null);
        setStopper(null);
      }),
    );
  };
  const states = behaviors.filter(({ kind }) => kind === 'state');
  return (
    <>
      <div className="rule-head">
        <label className="field">
          Name
          <input
            type="text"
            maxLength={80}
            value={draft.name}
            onChange={({ target }) => changeDraft({ name: target.value })}
          />
        </label>
        <label className="field">
          Behavior
          <select value={draft.behavior} onChange={({ target }) => changeBehavior(target.value)}>
            {!states.some(({ name }) => name === draft.behavior) && (
              <option value={draft.behavior}>{draft.behavior}</option>
            )}
            {states.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      {list.length === 0 && (
        <p className="muted">
          {isListing ? 'The traces are being listed …' : 'This recording has no traces: track its video first.'}
        </p>
      )}
      <GroupEditor group={draft.when} depth={0} onChange={(when) => changeDraft({ when })} />
      <div className="rule-head">
        <SecondsField
          title="Join over gaps up to (s)"
          value={draft.mergeGapSec}
          onChange={(mergeGapSec) => changeDraft({ mergeGapSec })}
        />
        <SecondsField
          title="Shortest bout (s)"
          value={draft.minimumSec}
          onChange={(minimumSec) => changeDraft({ minimumSec })}
        />
      </div>
      <p role="status" className={problem !== null || trouble !== null ? 'problem' : ''}>
        {trouble ??
          problem ??
          (loading > 0
            ? 'The values are being read …'
            : preview === null
              ? 'The bouts are being found …'
              : `${preview.bouts.length} ${preview.bouts.length === 1 ? 'bout' : 'bouts'}, ${seconds(preview.totalSec)} in all`)}
      </p>
      {stream !== null && (
        <p className="muted">
          Apply writes them as annotator “{stream.annotator}”, {animalsText(stream)}, in set {stream.set}, in place of
          what this rule wrote before.
        </p>
      )}
      <div className="dialog-buttons">
        {opened !== null && (
          <button type="button" disabled={isBusy} onClick={() => work(() => deleteRule(opened))}>
            Delete
          </button>
        )}
        <button type="button" onClick={closeRule}>
          Close
        </button>
        <button type="button" disabled={isBusy || problem !== null} onClick={() => work(saveRule)}>
          Save
        </button>
        <button
          type="button"
          className="primary"
          disabled={isBusy || problem !== null || preview === null}
          onClick={() => work(applyDraft)}
        >
          Apply
        </button>
      </div>
      {recordingCount > 1 && (
        <div className="dialog-buttons">
          {progress !== null && <span role="status">{progress}</span>}
          {stopper === null ? (
            <button type="button" disabled={isBusy || problem !== null} onClick={everywhere}>
              Write in all {recordingCount} recordings
            </button>
          ) : (
            <button type="button" onClick={() => stopper.abort()}>
              Stop
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** Makes rules, and shows what they find while thresholds are dragged. */
export function RulesPanel() {
  const hasDraft = useRules((state) => state.draft !== null);
  const recording = useStudio((state) => state.recordingId);
  useEffect(() => {
    showRules(true);
    return () => showRules(false);
  }, []);
  if (recording === null) return <p className="muted">Open a recording to make rules for it.</p>;
  return <div className="rules-panel">{hasDraft ? <DraftEditor /> : <RuleList />}</div>;
}
