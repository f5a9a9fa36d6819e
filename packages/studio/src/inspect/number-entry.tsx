import { useEffect, useId, useState } from 'react';

/** A number that is kept when Enter is pressed or the field is left. */
export function NumberEntry({
  label,
  shortLabel,
  value,
  min,
  max,
  save,
}: {
  label: string;
  /** Shown in place of the label, which screen readers still say. */
  shortLabel?: string;
  value: number | null;
  min: number;
  max: number;
  save: (value: number | null) => void;
}) {
  const id = useId();
  const text = value === null ? '' : String(Number(value.toFixed(2)));
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const number = Number(typed);
  const isWrong = typed !== '' && !(Number.isFinite(number) && number >= min && number <= max);
  const keep = () => {
    if (typed !== text && typed !== '' && !isWrong) save(number);
    else setTyped(text);
  };
  return (
    <span className="number-entry">
      <label htmlFor={id}>
        <span aria-hidden={shortLabel !== undefined}>{shortLabel ?? label}</span>
        {shortLabel !== undefined && <span className="said">{label}</span>}
      </label>
      <input
        id={id}
        type="number"
        step="any"
        value={typed}
        min={min}
        max={max}
        aria-invalid={isWrong}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep();
        }}
      />
    </span>
  );
}
