import { FormatError } from '@zoopraxis/core';
import { confusionMatrixFigure } from '../accuracy/confusion-matrix.js';
import { errorDecompositionFigure } from '../accuracy/error-decomposition.js';
import { labelCountCurveFigure } from '../accuracy/label-count-curve.js';
import { oksHistogramFigure } from '../accuracy/oks-histogram.js';
import { pckCurveFigure } from '../accuracy/pck-curve.js';
import { precisionRecallFigure } from '../accuracy/precision-recall.js';
import { reliabilityFigure } from '../accuracy/reliability.js';
import { robustnessFigure } from '../accuracy/robustness.js';
import { annotatorEllipsesFigure } from '../annotators/annotator-ellipses.js';
import { annotatorScatterFigure } from '../annotators/annotator-scatter.js';
import { annotatorTotalsFigure } from '../annotators/annotator-totals.js';
import { f1ByDurationFigure } from '../annotators/f1-by-duration.js';
import { selfOtherFigure } from '../annotators/self-other.js';
import { timingHistogramFigure } from '../annotators/timing-histogram.js';
import { boutDurationsFigure } from '../behavior/bout-durations.js';
import { compositionFigure } from '../behavior/composition.js';
import { ethogramRasterFigure } from '../behavior/ethogram-raster.js';
import { featureBarsFigure } from '../behavior/feature-bars.js';
import { sessionScoresFigure } from '../behavior/session-scores.js';
import { shapBeeswarmFigure } from '../behavior/shap-beeswarm.js';
import { transitionGraphFigure } from '../behavior/transition-graph.js';
import { transitionMatrixFigure } from '../behavior/transition-matrix.js';
import { triggeredAverageFigure } from '../behavior/triggered-average.js';
import type { FigureOptions } from '../chart/figure.js';
import { distributionFigure } from '../groups/distribution.js';
import { doseResponseFigure } from '../groups/dose-response.js';
import { groupedPointsFigure } from '../groups/grouped-points.js';
import { timeCourseFigure } from '../groups/time-course.js';
import { comparisonBarsFigure } from '../models/comparison-bars.js';
import { comparisonHeatmapFigure } from '../models/comparison-heatmap.js';
import { confidenceFigure } from '../plots/confidence.js';
import { errorDistributionFigure } from '../plots/error-distribution.js';
import { keypointErrorFigure } from '../plots/keypoint-errors.js';
import { learningCurveFigure } from '../plots/learning-curve.js';
import { occupancyFigure } from '../plots/occupancy.js';
import { pictureSheetFigure } from '../plots/picture-sheet.js';
import { speedFigure } from '../plots/speed.js';
import { trajectoryFigure } from '../plots/trajectory.js';
import { readFigure } from '../record/figure-record.js';

type Draw = (data: never, options: FigureOptions) => string;

const drawings: Readonly<Record<string, Draw>> = {
  'annotator-ellipses': annotatorEllipsesFigure,
  'annotator-scatter': annotatorScatterFigure,
  'annotator-totals': annotatorTotalsFigure,
  'bout-durations': boutDurationsFigure,
  'comparison-bars': comparisonBarsFigure,
  'comparison-heatmap': comparisonHeatmapFigure,
  composition: compositionFigure,
  confidence: confidenceFigure,
  'confusion-matrix': confusionMatrixFigure,
  distribution: distributionFigure,
  'dose-response': doseResponseFigure,
  'error-decomposition': errorDecompositionFigure,
  'error-distribution': errorDistributionFigure,
  'ethogram-raster': ethogramRasterFigure,
  'f1-by-duration': f1ByDurationFigure,
  'feature-bars': featureBarsFigure,
  'grouped-points': groupedPointsFigure,
  'keypoint-errors': keypointErrorFigure,
  'label-count-curve': labelCountCurveFigure,
  'learning-curve': learningCurveFigure,
  occupancy: occupancyFigure,
  'oks-histogram': oksHistogramFigure,
  'pck-curve': pckCurveFigure,
  'picture-sheet': pictureSheetFigure,
  'precision-recall': precisionRecallFigure,
  reliability: reliabilityFigure,
  robustness: robustnessFigure,
  'self-other': selfOtherFigure,
  'session-scores': sessionScoresFigure,
  'shap-beeswarm': shapBeeswarmFigure,
  speed: speedFigure,
  'time-course': timeCourseFigure,
  'timing-histogram': timingHistogramFigure,
  trajectory: trajectoryFigure,
  'transition-graph': transitionGraphFigure,
  'transition-matrix': transitionMatrixFigure,
  'triggered-average': triggeredAverageFigure,
};

/** Names of the kinds of figures that can be redrawn, sorted list. */
export const figureKinds: readonly string[] = Object.keys(drawings).sort();

/**
 * Returns a figure drawn again from the data that it carries, with other options where they are given: another width,
 * another title. Two widths are never both kept.
 * @throws FormatError where the figure carries no data, or data that its kind does not take.
 */
export function redrawFigure(svgText: string, options: FigureOptions = {}): string {
  const record = readFigure(svgText);
  const refuse = (expected: string, found: string, hint: string, cause?: unknown) =>
    new FormatError({ format: 'figure', where: 'metadata', expected, found, hint, cause });
  const draw = Object.hasOwn(drawings, record.kind) ? drawings[record.kind] : undefined;
  if (draw === undefined) {
    throw refuse(`one of the kinds ${figureKinds.join(', ')}`, record.kind, 'Use a newer Zoopraxis.');
  }
  if (record.data === undefined) {
    throw refuse(
      'the data of the figure',
      record.dataHash === undefined ? 'none' : `only their hash ${record.dataHash}`,
      'The data were too large to be carried: make the figure again from where they lie.',
    );
  }
  const { figureWidthPx, widthMm, ...kept } = record.options as FigureOptions;
  const widths = options.widthMm === undefined && options.figureWidthPx === undefined ? { figureWidthPx, widthMm } : {};
  const merged = Object.fromEntries(
    Object.entries({ ...kept, ...widths, provenance: record.provenance, ...options }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  try {
    return draw(record.data as never, merged);
  } catch (cause) {
    throw refuse(
      `data of a ${record.kind} figure`,
      cause instanceof Error ? cause.message : String(cause),
      'The figure was changed by another program; make it again.',
      cause,
    );
  }
}
