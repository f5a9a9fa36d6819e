import type { Region, RegionShape } from '@zoopraxis/core';
import { Circle, Pentagon, Plus, RectangleHorizontal, Redo2, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { VideoView } from 'zoopraxis';
import { openRecording, openVideos, studio, useStudio } from '../state/studio-store.js';
import { finishPolygon } from './arena-layer.js';
import {
  type ArenaTool,
  addOutline,
  arena,
  type Outlines,
  saveOutlines,
  shownOutlines,
  undoOutlines,
  useArena,
  withShape,
} from './arena-store.js';
import { NumberEntry } from './number-entry.js';
import { addCorner, areaOf, rectangleFrom, removeCorner } from './region-geometry.js';
import { ScaleSection } from './scale-section.js';

const tools = [
  {
    tool: 'polygon',
    title: 'Polygon',
    Icon: Pentagon,
    hint: 'Click the corners; Enter, a double click or the first corner closes it. Esc gives up.',
  },
  {
    tool: 'rectangle',
    title: 'Rectangle',
    Icon: RectangleHorizontal,
    hint: 'Drag from corner to corner. Esc gives up.',
  },
  { tool: 'circle', title: 'Circle', Icon: Circle, hint: 'Drag from the center to the rim. Esc gives up.' },
] as const satisfies readonly { tool: ArenaTool; title: string; Icon: unknown; hint: string }[];

function withoutRegion(outlines: Outlines, name: string): Outlines {
  if (outlines.arena?.name === name) return { ...outlines, arena: null };
  return { ...outlines, regions: outlines.regions.filter((region) => region.name !== name) };
}

function withName(outlines: Outlines, name: string, next: string): Outlines {
  if (outlines.arena?.name === name) return { ...outlines, arena: { ...outlines.arena, name: next } };
  const regions = outlines.regions.map((region) => (region.name === name ? { ...region, name: next } : region));
  return { ...outlines, regions };
}

function ShapeFields({ region, change }: { region: Region; change: (shape: RegionShape) => void }) {
  const { shape } = region;
  const entry = (label: string, shortLabel: string, value: number, make: (value: number) => RegionShape) => (
    <NumberEntry
      label={label}
      shortLabel={shortLabel}
      value={value}
      min={shortLabel === 'radius' ? 1 : -10_000}
      max={100_000}
      save={(next) => next !== null && change(make(next))}
    />
  );
  if (shape.kind === 'circle') {
    const { center, radius } = shape;
    return (
      <div className="button-row">
        {entry('center x', 'x', center[0], (x) => ({ ...shape, center: [x, center[1]] }))}
        {entry('center y', 'y', center[1], (y) => ({ ...shape, center: [center[0], y] }))}
        {entry('radius', 'radius', radius, (next) => ({ ...shape, radius: next }))}
      </div>
    );
  }
  const { corners } = shape;
  const moved = (at: number, corner: readonly [number, number]): RegionShape => ({
    ...shape,
    corners: corners.map((other, i) => (i === at ? corner : other)),
  });
  return (
    <ol className="corner-list">
      {corners.map(([x, y], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place in the outline
        <li key={i} className="button-row">
          {entry(`corner ${i + 1} x`, 'x', x, (next) => moved(i, [next, y]))}
          {entry(`corner ${i + 1} y`, 'y', y, (next) => moved(i, [x, next]))}
          <button
            type="button"
            className="plain"
            aria-label={`Add a corner after corner ${i + 1}`}
            title="Add a corner after this one"
            onClick={() => change(addCorner(shape, i))}
          >
            <Plus size={14} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="plain"
            aria-label={`Remove corner ${i + 1}`}
            title="Remove this corner"
            disabled={corners.length <= 3}
            onClick={() => change(removeCorner(shape, i))}
          >
            <Trash2 size={14} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ol>
  );
}

function RegionRow({ region, isArena, pxPerCm }: { region: Region; isArena: boolean; pxPerCm: number | null }) {
  const isSelected = useStudio(({ selection }) => selection.kind === 'region' && selection.name === region.name);
  const [name, setName] = useState(region.name);
  useEffect(() => setName(region.name), [region.name]);
  const isFree = () => {
    const { arena: outline, regions } = shownOutlines();
    return ![...(outline === null ? [] : [outline]), ...regions].some((other) => other.name === name.trim());
  };
  const keepName = () => {
    const next = name.trim();
    if (next === '' || next === region.name || !isFree()) return setName(region.name);
    studio.setState({ selection: { kind: 'region', name: next } });
    void saveOutlines(withName(shownOutlines(), region.name, next));
  };
  const area = areaOf(region.shape);
  const areaText =
    region.space === 'arena'
      ? `${area.toPrecision(3)} cm²`
      : pxPerCm === null
        ? `${Math.round(area).toLocaleString('en-US')} px²`
        : `${Number((area / pxPerCm ** 2).toPrecision(3)).toLocaleString('en-US')} cm²`;
  return (
    <li data-selected={isSelected}>
      <div className="button-row">
        <button
          type="button"
          aria-expanded={isSelected}
          aria-label={`${isArena ? 'arena' : region.shape.kind}: ${region.name}`}
          onClick={() =>
            studio.setState({ selection: isSelected ? { kind: 'none' } : { kind: 'region', name: region.name } })
          }
        >
          {isArena ? 'arena' : region.shape.kind}
        </button>
        <input
          type="text"
          aria-label={`Name of ${region.name}`}
          value={name}
          onChange={({ target }) => setName(target.value)}
          onBlur={keepName}
          onKeyDown={(event) => event.key === 'Enter' && keepName()}
        />
        <span className="muted number">{areaText}</span>
        <button
          type="button"
          className="plain"
          aria-label={`Delete ${region.name}`}
          title="Delete"
          onClick={() => void saveOutlines(withoutRegion(shownOutlines(), region.name))}
        >
          <Trash2 size={14} aria-hidden="true" />
        </button>
      </div>
      {isSelected && region.space === 'image' && (
        <ShapeFields region={region} change={(shape) => void saveOutlines(withShape(shownOutlines(), region, shape))} />
      )}
    </li>
  );
}

function DrawSection({ video }: { video: VideoView }) {
  const tool = useArena((state) => state.tool);
  const becomes = useArena((state) => state.becomes);
  const name = useArena((state) => state.name);
  const inMiddle = () => {
    const { widthPx, heightPx, id } = video;
    const shape: RegionShape =
      tool === 'circle'
        ? { kind: 'circle', center: [widthPx / 2, heightPx / 2], radius: Math.min(widthPx, heightPx) / 4 }
        : rectangleFrom([widthPx / 4, heightPx / 4], [(3 * widthPx) / 4, (3 * heightPx) / 4]);
    void addOutline(shape, id);
  };
  return (
    <>
      <div className="button-row">
        <label>
          <span className="said">What to draw</span>
          <select
            value={becomes}
            onChange={({ target }) => arena.setState({ becomes: target.value as 'arena' | 'region' })}
          >
            <option value="arena">the arena</option>
            <option value="region">a region</option>
          </select>
        </label>
        {becomes === 'region' && (
          <input
            type="text"
            aria-label="Name of the new region"
            value={name}
            onChange={({ target }) => arena.setState({ name: target.value })}
          />
        )}
      </div>
      <div className="button-row">
        {tools.map(({ tool: own, title, Icon }) => (
          <button
            key={own}
            type="button"
            aria-pressed={tool === own}
            onClick={() => arena.setState({ tool: tool === own ? 'none' : own, points: [] })}
          >
            <Icon size={14} aria-hidden="true" /> {title}
          </button>
        ))}
      </div>
      {tools.map(
        ({ tool: own, hint }) =>
          own === tool && (
            <p key={own} className="muted">
              {hint}
            </p>
          ),
      )}
      <div className="button-row">
        <button type="button" onClick={inMiddle}>
          Put one in the middle
        </button>
        {tool === 'polygon' && (
          <button type="button" onClick={() => finishPolygon(video.id)}>
            Close polygon
          </button>
        )}
      </div>
    </>
  );
}

/** Sets scale, arena and regions of the open recording. */
export function ArenaPanel() {
  const recordingId = useStudio((state) => state.recordingId);
  useStudio((state) => state.project);
  useArena((state) => state.draft);
  const isShown = useArena((state) => state.isShown);
  useEffect(() => {
    arena.setState({ isOpen: true });
    return () => arena.setState({ isOpen: false, tool: 'none', points: [], line: null });
  }, []);
  const videos = openVideos();
  const [first] = videos;
  if (recordingId === null || first === undefined) {
    return <p className="muted">Open a recording with a video: scale, arena and regions are drawn on its picture.</p>;
  }
  const outlines = shownOutlines();
  const steps = openRecording()?.outlineSteps;
  const all = [
    ...(outlines.arena === null ? [] : [{ region: outlines.arena, isArena: true }]),
    ...outlines.regions.map((region) => ({ region, isArena: false })),
  ];
  const scaleOf = ({ video }: Region) => (videos.find(({ id }) => id === video) ?? first).pxPerCm;
  return (
    <div className="arena">
      <ScaleSection videos={videos} />
      <section aria-label="Arena and regions">
        <h2>Arena and regions</h2>
        <DrawSection video={first} />
        <ul className="region-list">
          {all.map(({ region, isArena }) => (
            <RegionRow key={region.name} region={region} isArena={isArena} pxPerCm={scaleOf(region)} />
          ))}
        </ul>
        {all.length === 0 && <p className="muted">Nothing is drawn in this recording yet.</p>}
        <div className="button-row">
          <button type="button" disabled={steps?.canUndo !== true} onClick={() => void undoOutlines('undo')}>
            <Undo2 size={14} aria-hidden="true" /> Take back the last change
          </button>
          <button type="button" disabled={steps?.canRedo !== true} onClick={() => void undoOutlines('redo')}>
            <Redo2 size={14} aria-hidden="true" /> Do it again
          </button>
          <label>
            <input
              type="checkbox"
              checked={isShown}
              onChange={({ target }) => arena.setState({ isShown: target.checked })}
            />
            show outside this panel
          </label>
        </div>
      </section>
    </div>
  );
}
