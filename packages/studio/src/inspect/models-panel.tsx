import { openDialog } from '../page/dialogs.js';
import { useStudio } from '../state/studio-store.js';
import { inspect, mostCompared, toggleCompared, useInspect } from './inspect-store.js';
import { useModels } from './model-data.js';
import { ModelDetails } from './model-details.js';

/** Shows what is known of the chosen model. */
function Chosen({ name }: { name: string }) {
  const [answer] = useModels([name]);
  if (answer === undefined || answer.kind === 'loading') return <p className="muted">The card is being read …</p>;
  if (answer.kind === 'failed') return <p role="alert">{answer.sentence}</p>;
  return <ModelDetails key={name} data={answer.data} />;
}

/** Lists the models of the project and shows one of them. */
export function ModelsPanel() {
  const models = useStudio(({ project }) => project?.models);
  const chosen = useInspect((state) => state.model);
  const compared = useInspect((state) => state.compared);
  if (models === undefined) return <p className="muted">The project is being read …</p>;
  if (models.length === 0) {
    return (
      <>
        <p className="muted">There are no models yet.</p>
        <div className="button-row">
          <button type="button" className="primary" onClick={() => openDialog('start-train-pose')}>
            Train a pose model …
          </button>
          <button type="button" onClick={() => openDialog('start-train-behavior')}>
            Train a behavior classifier …
          </button>
        </div>
      </>
    );
  }
  const ticked = compared.filter((name) => models.some((model) => model.name === name));
  return (
    <div className="models">
      <ul className="model-list">
        {[...models]
          .sort((a, b) => ((a.madeAt ?? '') < (b.madeAt ?? '') ? 1 : -1))
          .map(({ name, kind, madeAt, headline, classes }) => (
            <li key={name}>
              <input
                type="checkbox"
                aria-label={`Compare ${name}`}
                title="Compare"
                checked={ticked.includes(name)}
                onChange={() => toggleCompared(name)}
              />
              <button
                type="button"
                aria-expanded={name === chosen}
                onClick={() => inspect.setState({ model: name === chosen ? null : name })}
              >
                <span>{name}</span>
                <span className="muted">
                  {kind} · {headline}
                </span>
                <span className="muted">
                  {classes.length} {kind === 'pose' ? 'body points' : 'behaviors'}
                  {madeAt === null ? '' : ` · ${new Date(madeAt).toLocaleString()}`}
                </span>
              </button>
            </li>
          ))}
      </ul>
      <div className="button-row">
        <button type="button" disabled={ticked.length < 2} onClick={() => openDialog('compare-models')}>
          Compare {ticked.length < 2 ? `two to ${mostCompared}` : ticked.length} models …
        </button>
      </div>
      {chosen !== null && models.some(({ name }) => name === chosen) && (
        <section aria-label={`Model ${chosen}`}>
          <h2>{chosen}</h2>
          <Chosen name={chosen} />
        </section>
      )}
    </div>
  );
}
