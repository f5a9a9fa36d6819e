import { useEffect, useState } from 'react';
import type { PointView } from 'zoopraxis';
import { tellProblem } from '../page/tell.js';
import { choose, send } from './gestures.js';
import { type PointPlace, placePoint, toggleOccluded } from './label-edits.js';
import { clampToPicture, type PictureSize } from './move-points.js';

const shown = (value: number | undefined) => (value === undefined ? '' : value.toFixed(1));

/** Returns the number of a text, or undefined where it is none. */
function numberOf(text: string): number | undefined {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

/** One keypoint of the animal: chosen by its name, its place typed, its visibility marked, removed. */
export function PointRow({
  place,
  point,
  size,
  color,
  isChosen,
  isNext,
  isSuggested,
  onRemove,
  onAccept,
}: {
  place: PointPlace;
  point: PointView | undefined;
  size: PictureSize;
  color: string;
  isChosen: boolean;
  isNext: boolean;
  isSuggested: boolean;
  onRemove: () => void;
  onAccept: () => void;
}) {
  const { keypoint, individual } = place;
  const [x, setX] = useState(shown(point?.x));
  const [y, setY] = useState(shown(point?.y));
  useEffect(() => setX(shown(point?.x)), [point?.x]);
  useEffect(() => setY(shown(point?.y)), [point?.y]);
  const commit = () => {
    const at = { x: numberOf(x), y: numberOf(y) };
    // One number alone is no place yet, and what was not typed keeps its thousandths.
    if (x === shown(point?.x) && y === shown(point?.y)) return;
    if (at.x === undefined || at.y === undefined) {
      if (point === undefined) return;
      setX(shown(point.x));
      setY(shown(point.y));
      return;
    }
    if (at.x < -0.5 || at.y < -0.5 || at.x > size.widthPx - 0.5 || at.y > size.heightPx - 0.5) {
      tellProblem(
        new RangeError(`(${at.x}, ${at.y}) lies outside the picture of ${size.widthPx} x ${size.heightPx} px`),
      );
      setX(shown(point?.x));
      setY(shown(point?.y));
      return;
    }
    const whole = {
      x: x === shown(point?.x) && point !== undefined ? point.x : at.x,
      y: y === shown(point?.y) && point !== undefined ? point.y : at.y,
    };
    choose(individual, keypoint);
    send(placePoint(place, clampToPicture(whole.x, whole.y, size), point));
  };
  const field = (axis: 'x' | 'y', value: string, set: (text: string) => void) => (
    <input
      type="text"
      inputMode="decimal"
      className="coordinate"
      aria-label={`${keypoint} ${axis}, px`}
      value={value}
      onChange={(event) => set(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
  return (
    <tr data-chosen={isChosen} data-next={isNext}>
      <th scope="row">
        <button
          type="button"
          className="plain keypoint-name"
          aria-pressed={isChosen}
          onClick={() => choose(individual, keypoint, { isHeld: point !== undefined })}
        >
          <span
            className="spot"
            data-look={
              point === undefined
                ? isSuggested
                  ? 'hollow'
                  : 'faint'
                : point.visibility === 'visible'
                  ? 'filled'
                  : 'half'
            }
            style={{ color }}
          />
          {keypoint}
          {isNext && <span className="next-mark">next</span>}
        </button>
      </th>
      <td>{field('x', x, setX)}</td>
      <td>{field('y', y, setY)}</td>
      <td className="row-actions">
        {point !== undefined && (
          <>
            <button
              type="button"
              className="plain"
              aria-pressed={point.visibility === 'occluded'}
              aria-label={`${keypoint} is occluded`}
              title={point.visibility === 'occluded' ? 'Occluded' : 'Visible'}
              onClick={() => send(toggleOccluded(place, point))}
            >
              {point.visibility === 'occluded' ? '◐' : '●'}
            </button>
            <button type="button" className="plain" aria-label={`Remove ${keypoint}`} onClick={onRemove}>
              ×
            </button>
          </>
        )}
        {point === undefined && isSuggested && (
          <button
            type="button"
            className="plain"
            aria-label={`Accept suggestion of ${keypoint}`}
            title="Accept the suggestion"
            onClick={onAccept}
          >
            ✓
          </button>
        )}
      </td>
    </tr>
  );
}
