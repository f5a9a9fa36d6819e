import { useEffect, useId, useState } from 'react';
import type { ProjectView } from 'zoopraxis';
import { closeDialog, openDialog } from '../page/dialogs.js';
import { tellProblem } from '../page/tell.js';
import { jobs } from '../state/jobs.js';
import { studio, useStudio } from '../state/studio-store.js';
import { withFirstStream } from './behavior-forms.js';
import {
  type FieldValue,
  type FormField,
  type FormValues,
  formProblems,
  hintOf,
  type StartForm,
  shownFields,
} from './form.js';
import { inspect, showJob } from './inspect-store.js';
import { startOfNetwork } from './pose-forms.js';

function Field({
  field,
  values,
  project,
  problem,
  change,
}: {
  field: FormField;
  values: FormValues;
  project: ProjectView;
  problem: string | undefined;
  change: (value: FieldValue) => void;
}) {
  const id = useId();
  const value = values[field.name] ?? null;
  const hint = hintOf(field, values, project);
  const describedBy = hint === undefined && problem === undefined ? {} : { 'aria-describedby': `${id}-about` };
  const about = (hint !== undefined || problem !== undefined) && (
    <p id={`${id}-about`} className={problem === undefined ? 'muted' : 'form-problem'}>
      {problem ?? hint}
    </p>
  );
  if (field.kind === 'toggle') {
    return (
      <div className="form-field">
        <label>
          <input
            type="checkbox"
            checked={value === true}
            onChange={({ target }) => change(target.checked)}
            {...describedBy}
          />
          {field.label}
        </label>
        {about}
      </div>
    );
  }
  if (field.kind === 'choices') {
    return <ManyField field={field} values={values} project={project} problem={problem} change={change} />;
  }
  return (
    <div className="form-field">
      <label htmlFor={id}>{field.label}</label>
      <span className="form-entry">
        {field.kind === 'text' && (
          <input
            id={id}
            type="text"
            value={String(value ?? '')}
            aria-invalid={problem !== undefined}
            onChange={({ target }) => change(target.value)}
            {...describedBy}
          />
        )}
        {field.kind === 'number' && (
          <>
            <input
              id={id}
              type="number"
              step={field.isWhole === true ? 1 : 'any'}
              min={field.min}
              max={field.max}
              value={value === null ? '' : String(value)}
              aria-invalid={problem !== undefined}
              onChange={({ target }) => change(target.value === '' ? null : target.valueAsNumber)}
              {...describedBy}
            />
            {field.unit !== undefined && <span className="muted">{field.unit}</span>}
          </>
        )}
        {field.kind === 'choice' && (
          <select
            id={id}
            value={String(value ?? '')}
            aria-invalid={problem !== undefined}
            onChange={({ target }) => change(target.value)}
            {...describedBy}
          >
            {field.choices(project, values).map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.title}
              </option>
            ))}
          </select>
        )}
      </span>
      {about}
    </div>
  );
}

/** Chooses some of many; none chosen means all. */
function ManyField({
  field,
  values,
  project,
  problem,
  change,
}: {
  field: Extract<FormField, { kind: 'choices' }>;
  values: FormValues;
  project: ProjectView;
  problem: string | undefined;
  change: (value: FieldValue) => void;
}) {
  const [words, setWords] = useState('');
  const hint = hintOf(field, values, project);
  const choices = field.choices(project, values);
  const chosen = new Set(values[field.name] as readonly string[]);
  const toggle = (value: string) =>
    change(choices.flatMap((choice) => (chosen.has(choice.value) !== (choice.value === value) ? [choice.value] : [])));
  const isWanted = ({ title }: { title: string }) => title.toLowerCase().includes(words.trim().toLowerCase());
  const wanted = choices.filter(isWanted);
  return (
    <fieldset className="form-field">
      <legend>
        {field.label}: {chosen.size === 0 ? `${field.all} (${choices.length})` : `${chosen.size} of ${choices.length}`}
      </legend>
      <span className="form-entry">
        {choices.length > 8 && (
          <input
            type="search"
            aria-label={`Find in ${field.label}`}
            placeholder={`Find in ${choices.length}`}
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
        )}
        <button type="button" onClick={() => change([])} disabled={chosen.size === 0}>
          {field.all}
        </button>
        {words.trim() !== '' && (
          <button type="button" onClick={() => change([...new Set([...chosen, ...wanted.map(({ value }) => value)])])}>
            choose these {wanted.length}
          </button>
        )}
      </span>
      <div className="many">
        {wanted.slice(0, 500).map(({ value, title }) => (
          <label key={value}>
            <input type="checkbox" checked={chosen.has(value)} onChange={() => toggle(value)} />
            {title}
          </label>
        ))}
        {wanted.length > 500 && <p className="muted">and {wanted.length - 500} more: type to find them</p>}
      </div>
      {(problem ?? hint) !== undefined && (
        <p className={problem === undefined ? 'muted' : 'form-problem'}>{problem ?? hint}</p>
      )}
    </fieldset>
  );
}

/** Says what is missing before work can be started, and leads there. */
function MissingNote({ form, project }: { form: StartForm; project: ProjectView }) {
  const missing = form.missing(project);
  if (missing === null) return null;
  const { sentence, way } = missing;
  return (
    <div className="missing" role="note">
      <p>{sentence}</p>
      {way !== undefined && (
        <button
          type="button"
          className="primary"
          onClick={() => {
            closeDialog(form.id);
            if (way.kind === 'form') openDialog(way.id);
            else studio.setState({ mode: way.mode, selection: { kind: 'none' }, dialogs: [] });
          }}
        >
          {way.title}
        </button>
      )}
    </div>
  );
}

/** Asks for what a job needs and starts it. */
export function StartDialog({ form }: { form: StartForm }) {
  const project = useStudio((state) => state.project);
  const [values, setValues] = useState<FormValues>(() => {
    const state = studio.getState();
    return state.project === null ? {} : form.start(state.project, state.recordingId);
  });
  const [isSending, setSending] = useState(false);
  // The wish was for this opening alone.
  useEffect(() => inspect.setState({ trainFrom: null }), []);
  if (project === null) return <p className="muted">The project is being read …</p>;
  if (form.missing(project) !== null) {
    return (
      <>
        <p>{form.lead}</p>
        <MissingNote form={form} project={project} />
      </>
    );
  }
  const problems = formProblems(form, values, project);
  const fields = shownFields(form, values, project);
  const change = (name: string, value: FieldValue) => {
    const next = { ...values, [name]: value };
    // What depends on it begins anew.
    if (name === 'set') setValues(withFirstStream({ ...next, recordings: [] }, project));
    else if (name === 'network') setValues({ ...next, start: startOfNetwork(project, String(value)) });
    else setValues(next);
  };
  const start = async () => {
    setSending(true);
    try {
      const job = await jobs.getState().start(form.recipe, form.input(values, project));
      closeDialog(form.id);
      showJob(job.id);
    } catch (error) {
      tellProblem(error);
    } finally {
      setSending(false);
    }
  };
  const entry = (field: FormField) => (
    <Field
      key={field.name}
      field={field}
      values={values}
      project={project}
      problem={problems[field.name]}
      change={(value) => change(field.name, value)}
    />
  );
  const rare = fields.filter(({ isRare }) => isRare === true);
  return (
    <form
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (Object.keys(problems).length === 0) void start();
      }}
    >
      <p className="muted">{form.lead}</p>
      {form.notes?.(project, values).map((note) => (
        <p key={note} className="form-note" role="note">
          {note}
        </p>
      ))}
      {fields.filter(({ isRare }) => isRare !== true).map(entry)}
      {rare.length > 0 && (
        <details>
          <summary>More settings</summary>
          {rare.map(entry)}
        </details>
      )}
      <div className="button-row end">
        <button type="button" onClick={() => closeDialog(form.id)}>
          Cancel
        </button>
        <button type="submit" className="primary" disabled={isSending || Object.keys(problems).length > 0}>
          {form.action}
        </button>
      </div>
    </form>
  );
}
