import type { Backbone } from './backbone.js';
import { efficientnetB0, efficientnetB3 } from './efficientnet.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { resnet50, resnet101, resnet152 } from './resnet.js';
import { unet } from './unet.js';

/** Names of the backbones; torchvision's where the network is one of its. */
export type BackboneName =
  | 'efficientnet_b0'
  | 'efficientnet_b3'
  | 'mobilenet_v2'
  | 'resnet50'
  | 'resnet101'
  | 'resnet152'
  | 'unet';

/** Every backbone by name. */
export const backbones: Readonly<Record<BackboneName, Backbone>> = {
  efficientnet_b0: efficientnetB0,
  efficientnet_b3: efficientnetB3,
  mobilenet_v2: mobilenetV2,
  resnet50,
  resnet101,
  resnet152,
  unet: (scope, image, { classes = 0, outputStride, ...options } = {}) => {
    if (outputStride !== undefined) throw new RangeError(`unet: outputStride must be left out, got ${outputStride}`);
    return unet(scope, image, { ...options, outputChannels: classes });
  },
};
