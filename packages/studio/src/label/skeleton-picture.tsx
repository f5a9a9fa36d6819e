/** A keypoint on a picture of the skeleton. */
export interface PicturedKeypoint {
  readonly id: number;
  readonly name: string;
  /** Place in the picture, 0..1. */
  readonly x: number;
  readonly y: number;
  readonly look: 'filled' | 'half' | 'hollow' | 'faint';
  readonly color: string;
  readonly isChosen: boolean;
}

const side = 200;

function Spot({ look, name, namesShown }: Pick<PicturedKeypoint, 'look' | 'name'> & { namesShown: boolean }) {
  return (
    <>
      <span className="spot" data-look={look} />
      <span className={namesShown ? 'spot-name' : 'said'}>{name}</span>
    </>
  );
}

/** Shows a skeleton as points, which are buttons, and lines. */
export function SkeletonPicture({
  keypoints,
  edges,
  label,
  namesShown = false,
  onPick,
}: {
  keypoints: readonly PicturedKeypoint[];
  edges: readonly (readonly [number, number])[];
  label: string;
  namesShown?: boolean;
  onPick: (id: number) => void;
}) {
  const byId = new Map(keypoints.map((point) => [point.id, point]));
  return (
    <fieldset className="skeleton-picture" aria-label={label}>
      <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
        {edges.map(([a, b]) => {
          const [from, to] = [byId.get(a), byId.get(b)];
          if (from === undefined || to === undefined) return null;
          return <line key={`${a}-${b}`} x1={from.x * side} y1={from.y * side} x2={to.x * side} y2={to.y * side} />;
        })}
      </svg>
      {keypoints.map(({ id, name, x, y, look, color, isChosen }) => (
        <button
          key={id}
          type="button"
          className="skeleton-point"
          // Points lie where they lie, over each other where they must: Tab goes to their names in the list beside.
          tabIndex={-1}
          aria-pressed={isChosen}
          data-side={x > 0.62 ? 'left' : 'right'}
          style={{ left: `${x * 100}%`, top: `${y * 100}%`, color }}
          title={name}
          onClick={() => onPick(id)}
        >
          <Spot look={look} name={name} namesShown={namesShown} />
        </button>
      ))}
    </fieldset>
  );
}
