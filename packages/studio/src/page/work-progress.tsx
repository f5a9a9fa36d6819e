import { type Computing, leftWords } from '../state/computing.js';

/** Shows how far the server is with something that one waits for, and calls it off. */
export function WorkProgress({
  title,
  work,
  onCancel,
}: {
  readonly title: string;
  readonly work: Computing | undefined;
  readonly onCancel: () => void;
}) {
  const left = leftWords(work?.secondsLeft ?? null);
  const percent = work === undefined ? undefined : Math.floor(100 * work.share);
  return (
    <div className="work-progress">
      <span>
        {title} {percent === undefined ? '…' : `${percent} %`}
        {left === '' ? '' : `, ${left}`}
      </span>
      <progress max={100} {...(percent === undefined ? {} : { value: percent })} aria-label={title} />
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
