import {
  comparisonBarsFigure,
  comparisonHeatmapFigure,
  ethogramRasterFigure,
  type FigureOptions,
  groupedPointsFigure,
  pckCurveFigure,
  timeCourseFigure,
  transitionMatrixFigure,
} from '../index.js';
import * as samples from './samples.test.kit.js';

/** Every figure of the catalog with made-up data, by the name of its snapshot. */
export const sampleFigures: Readonly<Record<string, (options?: FigureOptions) => string>> = {
  'comparison-bars': (options) => comparisonBarsFigure(samples.sampleComparison(), options),
  'comparison-heatmap': (options) => comparisonHeatmapFigure(samples.sampleComparison(), options),
  'ethogram-raster': (options) => ethogramRasterFigure(samples.sampleRaster(), options),
  'grouped-points': (options) => groupedPointsFigure(samples.sampleGroups(), options),
  'paired-points': (options) => groupedPointsFigure(samples.samplePairs(), options),
  'pck-curve': (options) => pckCurveFigure(samples.samplePck(), options),
  'time-course': (options) => timeCourseFigure(samples.sampleTimeCourse(), options),
  'transition-matrix': (options) => transitionMatrixFigure(samples.sampleTransitions(), options),
};
