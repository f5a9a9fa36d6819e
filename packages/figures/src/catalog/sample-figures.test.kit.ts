import * as figures from '../index.js';
import * as behavior from './behavior-samples.test.kit.js';
import * as samples from './samples.test.kit.js';

type Options = figures.FigureOptions;

/** Every figure of the catalog with made-up data, by the name of its snapshot. */
export const sampleFigures: Readonly<Record<string, (options?: Options) => string>> = {
  'annotator-ellipses': (options) => figures.annotatorEllipsesFigure(samples.sampleEllipses(), options),
  'annotator-scatter': (options) => figures.annotatorScatterFigure(samples.sampleScatter(), options),
  'annotator-totals': (options) => figures.annotatorTotalsFigure(samples.sampleTotals(), options),
  'bout-durations': (options) => figures.boutDurationsFigure(behavior.sampleBoutDurations(), options),
  'box-plot': (options) => figures.distributionFigure(samples.sampleDistribution('box'), options),
  'comparison-bars': (options) => figures.comparisonBarsFigure(samples.sampleComparison(), options),
  'comparison-heatmap': (options) => figures.comparisonHeatmapFigure(samples.sampleComparison(), options),
  composition: (options) => figures.compositionFigure(samples.sampleComposition(), options),
  'confusion-matrix': (options) => figures.confusionMatrixFigure(samples.sampleConfusion(), options),
  'dose-response': (options) => figures.doseResponseFigure(samples.sampleDoses(), options),
  'error-decomposition': (options) => figures.errorDecompositionFigure(samples.sampleDecomposition(), options),
  'ethogram-raster': (options) => figures.ethogramRasterFigure(samples.sampleRaster(), options),
  'f1-by-duration': (options) => figures.f1ByDurationFigure(samples.sampleDurations(), options),
  'feature-bars': (options) => figures.featureBarsFigure(behavior.sampleFeatureBars(), options),
  'grouped-points': (options) => figures.groupedPointsFigure(samples.sampleGroups(), options),
  'iou-family': (options) => figures.precisionRecallFigure(samples.sampleIouFamily(), options),
  'label-count-curve': (options) => figures.labelCountCurveFigure(samples.sampleLabelCounts(), options),
  'oks-histogram': (options) => figures.oksHistogramFigure(samples.sampleOks(), options),
  'paired-points': (options) => figures.groupedPointsFigure(samples.samplePairs(), options),
  'pck-curve': (options) => figures.pckCurveFigure(samples.samplePck(), options),
  'precision-recall': (options) => figures.precisionRecallFigure(samples.samplePrecisionRecall(), options),
  'people-band': (options) => figures.precisionRecallFigure(behavior.samplePeopleBand(), options),
  'prediction-raster': (options) => figures.ethogramRasterFigure(behavior.samplePredictionRaster(), options),
  reliability: (options) => figures.reliabilityFigure(samples.sampleReliability(), options),
  robustness: (options) => figures.robustnessFigure(samples.sampleRobustness(), options),
  'self-other': (options) => figures.selfOtherFigure(samples.sampleSelfOther(), options),
  'session-scores': (options) => figures.sessionScoresFigure(behavior.sampleSessionScores(), options),
  'shap-beeswarm': (options) => figures.shapBeeswarmFigure(behavior.sampleShap(), options),
  'time-course': (options) => figures.timeCourseFigure(samples.sampleTimeCourse(), options),
  'timing-histogram': (options) => figures.timingHistogramFigure(samples.sampleTiming(), options),
  'transition-graph': (options) => figures.transitionGraphFigure(samples.sampleTransitions(), options),
  'transition-matrix': (options) => figures.transitionMatrixFigure(samples.sampleTransitions(), options),
  'triggered-average': (options) => figures.triggeredAverageFigure(samples.sampleTriggered(), options),
  'violin-plot': (options) => figures.distributionFigure(samples.sampleDistribution('violin'), options),
};
