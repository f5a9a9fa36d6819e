export { type ConfusionData, confusionMatrixFigure } from './accuracy/confusion-matrix.js';
export { type ErrorDecompositionData, errorDecompositionFigure } from './accuracy/error-decomposition.js';
export { type LabelCountCurveData, labelCountCurveFigure } from './accuracy/label-count-curve.js';
export { type OksHistogramData, oksHistogramFigure } from './accuracy/oks-histogram.js';
export { type PckCurveData, pckCurveFigure } from './accuracy/pck-curve.js';
export { type PrecisionRecallData, precisionRecallFigure } from './accuracy/precision-recall.js';
export { type ReliabilityData, reliabilityFigure } from './accuracy/reliability.js';
export { type RobustnessData, robustnessFigure } from './accuracy/robustness.js';
export { type AnnotatorEllipsesData, annotatorEllipsesFigure } from './annotators/annotator-ellipses.js';
export { type AnnotatorScatterData, annotatorScatterFigure } from './annotators/annotator-scatter.js';
export { type AnnotatorTotalsData, annotatorTotalsFigure } from './annotators/annotator-totals.js';
export { type F1ByDurationData, f1ByDurationFigure } from './annotators/f1-by-duration.js';
export { type SelfOtherData, selfOtherFigure } from './annotators/self-other.js';
export { type TimingHistogramData, timingHistogramFigure } from './annotators/timing-histogram.js';
export { type BoutDurationsData, boutDurationsFigure } from './behavior/bout-durations.js';
export { type CompositionData, compositionFigure } from './behavior/composition.js';
export { behaviorColors, type EthogramRasterData, ethogramRasterFigure } from './behavior/ethogram-raster.js';
export { type FeatureBarsData, featureBarsFigure } from './behavior/feature-bars.js';
export type { ProbabilityStrip } from './behavior/probability-strip.js';
export type { FigureBout } from './behavior/raster-layout.js';
export { type SessionScoresData, sessionScoresFigure } from './behavior/session-scores.js';
export { type ShapBeeswarmData, shapBeeswarmFigure } from './behavior/shap-beeswarm.js';
export { type TransitionGraphOptions, transitionGraphFigure } from './behavior/transition-graph.js';
export { type TransitionData, transitionMatrixFigure } from './behavior/transition-matrix.js';
export { type TriggeredAverageData, triggeredAverageFigure } from './behavior/triggered-average.js';
export { figureKinds, redrawFigure } from './catalog/catalog.js';
export { type FigureTable, figureTables, tableCsv } from './catalog/tables.js';
export { type AxisOptions, xAxis, yAxis, yAxisWidthPx } from './chart/axis.js';
export { colorBar } from './chart/color-bar.js';
export {
  clipped,
  columnWidthsMm,
  emptyNote,
  type FigureOptions,
  type FigureParts,
  figureWidth,
  headerHeightPx,
  type Room,
  renderFigure,
} from './chart/figure.js';
export { type LegendItem, legend } from './chart/legend.js';
export { theme } from './chart/theme.js';
export { categoryColor, categoryDash, colorChannels, mixColors } from './color/categorical.js';
export { type RampName, rampColor } from './color/ramp.js';
export { type Bracket, formatP } from './groups/brackets.js';
export { type DistributionData, distributionFigure } from './groups/distribution.js';
export { type DoseResponseData, doseResponseFigure } from './groups/dose-response.js';
export { type GroupedPointsData, groupedPointsFigure } from './groups/grouped-points.js';
export { type TimeCourseData, timeCourseFigure } from './groups/time-course.js';
export { bestModel, type ComparisonData, type ComparisonMetric, normalizeComparison } from './models/comparison.js';
export { comparisonBarsFigure } from './models/comparison-bars.js';
export { comparisonHeatmapFigure } from './models/comparison-heatmap.js';
export { type FigurePdf, figurePdf, type PdfOptions } from './pdf/write-pdf.js';
export { type ConfidenceData, confidenceFigure } from './plots/confidence.js';
export { type ErrorData, errorDistributionFigure } from './plots/error-distribution.js';
export { keypointErrorFigure } from './plots/keypoint-errors.js';
export { type LearningCurveData, learningCurveFigure } from './plots/learning-curve.js';
export { type Occupancy, type OccupancyOptions, occupancyFigure, occupancyOf } from './plots/occupancy.js';
export { pictureSheetFigure, type SheetData, type SheetOptions, type SheetPicture } from './plots/picture-sheet.js';
export { type SpeedData, speedFigure } from './plots/speed.js';
export { seriesMarks, sideBars } from './plots/time-series.js';
export { type PathData, trajectoryFigure } from './plots/trajectory.js';
export { type FigureRecord, isFigure, readFigure } from './record/figure-record.js';
export { formatDuration, formatMeasure, formatNumber, formatPercent } from './scale/number-format.js';
export {
  type BandScale,
  bandScale,
  linearScale,
  logScale,
  niceStep,
  type Scale,
  type ScaleOptions,
  type Tick,
  timeScale,
} from './scale/scale.js';
export { type Envelope, envelope } from './series/envelope.js';
export { countInBins, type Histogram } from './series/histogram.js';
export { thinPath, thinPathTo } from './series/simplify.js';
export { type Summary, type SummaryKind, summaryOf } from './series/summary.js';
export {
  escapeMarkup,
  renderSvg,
  type SvgAttribute,
  type SvgChild,
  type SvgContent,
  type SvgElement,
  svg,
  svgNumber,
} from './svg/element.js';
export { parseSvg } from './svg/parse.js';
export { bandPath, linePath } from './svg/path.js';
export { safeSvg } from './svg/safe.js';
export { fitText, textWidthPx } from './svg/text-width.js';
