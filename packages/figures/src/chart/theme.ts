/** Colors and sizes that all figures share. */
export const theme = {
  font: "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif",
  ink: '#1d2a33',
  muted: '#5d6b75',
  faint: '#c9d1d6',
  grid: '#e7ebee',
  paper: '#ffffff',
  plate: '#f6f8f9',
  accent: '#0072b2',
  warn: '#d55e00',
  titlePx: 15,
  textPx: 12,
  tickPx: 11,
  /** Attributes of text that lies over marks. */
  halo: { stroke: '#ffffff', 'stroke-width': 3, 'stroke-opacity': 0.85, 'paint-order': 'stroke' },
} as const;
