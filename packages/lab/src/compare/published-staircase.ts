import { createModelTable, type ModelTable } from './comparison.js';

/**
 * Table 2 of the comparison of DeepLabCut networks on the Montoya staircase test, as published: not measured by us. Its own
 * text and abstract disagree with it in places (docs/compare.md).
 */
export const publishedStaircaseTable: ModelTable = createModelTable({
  models: [
    'ResNet-50',
    'ResNet-101',
    'ResNet-152',
    'MobileNetV2',
    'EfficientNet-B0',
    'EfficientNet-B3',
    'DLCRNet_ms5',
    'DLCRNet_stride16',
    'DLCRNet_stride16_ms5',
  ],
  source: 'published',
  metrics: [
    {
      key: 'rmsePx',
      name: 'RMSE',
      unit: 'px',
      better: 'lower',
      values: [3.21, 3.04, 2.98, 3.58, 3.31, 3.04, 2.8, 3.11, 2.93],
    },
    {
      key: 'pck5',
      name: 'PCK within 5 px',
      unit: '%',
      better: 'higher',
      values: [93.71, 94.35, 94.57, 90.7, 92.68, 94.78, 95.9, 94.39, 95.15],
    },
    {
      key: 'meanAveragePrecision',
      name: 'mAP',
      unit: '%',
      better: 'higher',
      values: [88.54, 88.81, 89.71, 85.63, 87.17, 88.75, 91.07, 89.14, 90.84],
    },
    {
      key: 'occlusionScore',
      name: 'occlusion score of that paper',
      better: 'higher',
      values: [2.95, 3.07, 3.34, 2.33, 2.69, 3.25, 4.8, 3.44, 4.13],
    },
    {
      key: 'framesPerSec',
      name: 'speed',
      unit: 'frames/s',
      better: 'higher',
      values: [47, 39, 36, 74, 62, 51, 33, 36, 34],
    },
    {
      key: 'peakMemory',
      name: 'graphics memory',
      unit: 'GB',
      better: 'lower',
      values: [3.03, 3.68, 4.04, 2.64, 2.75, 3.27, 5.26, 3.88, 4.87],
    },
  ],
});
