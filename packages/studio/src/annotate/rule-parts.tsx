import { isRuleGroup, type RuleCondition, type RuleGroup } from '@zoopraxis/behavior';
import { Plus, X } from 'lucide-react';
import type { TraceView } from 'zoopraxis';
import { useTraces } from '../state/traces.js';
import { BandChart } from './band-chart.js';
import { roundedFor, withEdges } from './rule-draft.js';
import { traceOf } from './rules-everywhere.js';
import { useRules } from './rules-store.js';

/** Chooses a trace among those of the recording, by group. */
function TraceChoice({ value, onChange }: { value: string; onChange: (column: string) => void }) {
  const list = useTraces((state) => state.list);
  const groups = [...new Set(list.map(({ group }) => group))];
  const isKnown = traceOf(list, value) !== undefined;
  return (
    <select aria-label="Trace" value={value} onChange={({ target }) => onChange(target.value)}>
      {!isKnown && <option value={value}>{value} (not in this recording)</option>}
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {list
            .filter((trace) => trace.group === group && traceOf(list, trace.title) === trace)
            .map(({ id, title }) => (
              <option key={id} value={title}>
                {title}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

/** Returns the trace that a new condition begins with: a distance or speed, which most rules are about. */
function firstColumn(list: readonly TraceView[]): string {
  const wished = ['distance', 'speed', 'angle'].map((group) => list.find((trace) => trace.group === group));
  return (wished.find((trace) => trace !== undefined) ?? list[0])?.title ?? '';
}

function NumberField(props: {
  title: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const { title, value, onChange } = props;
  return (
    <label className="field">
      {title}
      <input
        type="number"
        step="any"
        key={value}
        defaultValue={value}
        placeholder="open"
        onBlur={({ target }) => {
          const next = target.value === '' ? undefined : target.valueAsNumber;
          if (next !== value && !(next !== undefined && Number.isNaN(next))) onChange(next);
        }}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      />
    </label>
  );
}

function ConditionEditor(props: {
  condition: RuleCondition;
  onChange: (condition: RuleCondition) => void;
  onRemove: () => void;
}) {
  const { condition, onChange, onRemove } = props;
  const { column, low, high, isOutside = false, hysteresis = 0 } = condition;
  const trace = useTraces(({ list }) => traceOf(list, column));
  const histogram = useRules(({ histograms }) => histograms[column]);
  const isLoading = useRules(({ loading }) => loading.includes(column));
  const title = column;
  const { isOutside: _o, hysteresis: _h, ...bare } = condition;
  const setEdges = (from: number | undefined, to: number | undefined) => onChange(withEdges(condition, from, to));
  return (
    <fieldset className="rule-condition">
      <legend className="said">Condition on {title}</legend>
      <div className="rule-line">
        <TraceChoice
          value={column}
          // Another trace has another unit: edges begin open.
          onChange={(next) => onChange({ column: next, ...(isOutside ? { isOutside } : {}) })}
        />
        <button type="button" className="plain" aria-label={`Remove condition on ${title}`} onClick={onRemove}>
          <X size={14} aria-hidden="true" />
        </button>
      </div>
      {histogram !== undefined && (
        <BandChart
          histogram={histogram}
          band={{ low, high }}
          isOutside={isOutside}
          title={title}
          unit={trace?.unit ?? ''}
          onChange={(band) => setEdges(band.low, band.high)}
        />
      )}
      {histogram === undefined && column !== '' && (
        <p className="muted">{isLoading ? 'The values are being read …' : 'No values yet.'}</p>
      )}
      <div className="rule-edges">
        <NumberField title="from" value={low} onChange={(value) => setEdges(value, high)} />
        <NumberField title="to" value={high} onChange={(value) => setEdges(low, value)} />
        <label className="field">
          values
          <select
            value={isOutside ? 'outside' : 'inside'}
            onChange={({ target }) =>
              onChange({
                ...bare,
                ...(target.value === 'outside' ? { isOutside: true } : {}),
                ...(hysteresis > 0 ? { hysteresis } : {}),
              })
            }
          >
            <option value="inside">inside</option>
            <option value="outside">outside</option>
          </select>
        </label>
        <NumberField
          title="slack"
          value={hysteresis > 0 ? hysteresis : undefined}
          onChange={(value) =>
            onChange({
              ...bare,
              ...(isOutside ? { isOutside } : {}),
              ...(value !== undefined && value > 0 ? { hysteresis: value } : {}),
            })
          }
        />
        <span className="muted">{trace?.unit ?? ''}</span>
      </div>
      {histogram !== undefined && histogram.missing > 0 && (
        <p className="muted">
          {roundedFor((100 * histogram.missing) / Math.max(1, trace?.frameCount ?? 1), 100)} % of frames have no value
          and never fulfill it.
        </p>
      )}
    </fieldset>
  );
}

/** Shows a group of conditions, and groups inside it, as fields. */
export function GroupEditor(props: {
  group: RuleGroup;
  depth: number;
  onChange: (group: RuleGroup) => void;
  onRemove?: () => void;
}) {
  const { group, depth, onChange, onRemove } = props;
  const first = useTraces(({ list }) => firstColumn(list));
  const setPart = (at: number, part: RuleCondition | RuleGroup | null) =>
    onChange({
      ...group,
      parts: group.parts.flatMap((each, i) => (i === at ? (part === null ? [] : [part]) : [each])),
    });
  const add = (part: RuleCondition | RuleGroup) => onChange({ ...group, parts: [...group.parts, part] });
  return (
    <div className="rule-group" data-depth={depth}>
      <div className="rule-line">
        <select
          aria-label="Which conditions must hold"
          value={group.match}
          onChange={({ target }) => onChange({ ...group, match: target.value as RuleGroup['match'] })}
        >
          <option value="all">all of these (AND)</option>
          <option value="any">any of these (OR)</option>
        </select>
        {onRemove !== undefined && (
          <button type="button" className="plain" aria-label="Remove group" onClick={onRemove}>
            <X size={14} aria-hidden="true" />
          </button>
        )}
      </div>
      {group.parts.map((part, i) =>
        isRuleGroup(part) ? (
          <GroupEditor
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name of their own
            key={i}
            group={part}
            depth={depth + 1}
            onChange={(next) => setPart(i, next)}
            onRemove={() => setPart(i, null)}
          />
        ) : (
          <ConditionEditor
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no name of their own
            key={i}
            condition={part}
            onChange={(next) => setPart(i, next)}
            onRemove={() => setPart(i, null)}
          />
        ),
      )}
      <div className="rule-line">
        <button type="button" disabled={first === ''} onClick={() => add({ column: first })}>
          <Plus size={14} aria-hidden="true" /> Condition
        </button>
        {depth < 4 && (
          <button
            type="button"
            disabled={first === ''}
            onClick={() => add({ match: group.match === 'all' ? 'any' : 'all', parts: [{ column: first }] })}
          >
            <Plus size={14} aria-hidden="true" /> Group
          </button>
        )}
      </div>
    </div>
  );
}
