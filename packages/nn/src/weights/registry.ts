/** Published weights of a network that this package builds. */
export interface PretrainedEntry {
  /** Name to ask for, such as `resnet50-v2`. */
  readonly name: string;
  /** Architecture whose parameter names the file uses. */
  readonly network: PretrainedNetwork;
  readonly url: string;
  /** Full SHA-256 in lower-case hexadecimal; undefined where nobody could check one when the entry was written. */
  readonly sha256?: string;
  /** First digits of the SHA-256, where the publisher gives only these (PyTorch puts eight into the file name). */
  readonly sha256Prefix?: string;
  readonly license: string;
  /** Where the weights come from: program, data and recipe. */
  readonly source: string;
  readonly format: 'pytorch' | 'safetensors';
  /** Text in front of each parameter's name in the file, to be cut off. */
  readonly keyPrefix?: string;
}

/** Architectures that have published weights in the registry. */
export type PretrainedNetwork =
  | 'resnet50'
  | 'resnet101'
  | 'resnet152'
  | 'mobilenet_v2'
  | 'efficientnet_b0'
  | 'efficientnet_b3';

const LICENSE =
  'BSD-3-Clause (torchvision); trained on ImageNet-1k, whose terms allow non-commercial research only: judge your use yourself';

function torchvision(name: string, network: PretrainedNetwork, file: string, recipe: string): PretrainedEntry {
  const prefix = /-([0-9a-f]{8})\.pth$/.exec(file)?.[1];
  if (prefix === undefined) throw new Error(`registry: ${file} must end in -<8 digits of its SHA-256>.pth`);
  return {
    name,
    network,
    url: `https://download.pytorch.org/models/${file}`,
    sha256Prefix: prefix,
    license: LICENSE,
    source: `torchvision, ${recipe}`,
    format: 'pytorch',
  };
}

const V1 = 'IMAGENET1K_V1: the recipe of the original paper';
const V2 = "IMAGENET1K_V2: torchvision's newer training recipe (better on ImageNet; V1 often transfers as well)";
const TIMM = 'IMAGENET1K_V1: ported from timm (Ross Wightman)';

/**
 * Backbones whose weights are published, as torchvision's source lists them. Their full SHA-256 is not stated there, so it
 * is left unset: the eight digits in the file name are checked, and the first download records the rest.
 */
export const PRETRAINED: readonly PretrainedEntry[] = [
  torchvision('efficientnet_b0-v1', 'efficientnet_b0', 'efficientnet_b0_rwightman-7f5810bc.pth', TIMM),
  torchvision('efficientnet_b3-v1', 'efficientnet_b3', 'efficientnet_b3_rwightman-b3899882.pth', TIMM),
  torchvision('mobilenet_v2-v1', 'mobilenet_v2', 'mobilenet_v2-b0353104.pth', V1),
  torchvision('mobilenet_v2-v2', 'mobilenet_v2', 'mobilenet_v2-7ebf99e0.pth', V2),
  torchvision('resnet101-v1', 'resnet101', 'resnet101-63fe2227.pth', V1),
  torchvision('resnet101-v2', 'resnet101', 'resnet101-cd907fc2.pth', V2),
  torchvision('resnet152-v1', 'resnet152', 'resnet152-394f9c45.pth', V1),
  torchvision('resnet152-v2', 'resnet152', 'resnet152-f82ba261.pth', V2),
  torchvision('resnet50-v1', 'resnet50', 'resnet50-0676ba61.pth', V1),
  torchvision('resnet50-v2', 'resnet50', 'resnet50-11ad3fa6.pth', V2),
];

/** Returns the registry's entry of a name; throws RangeError that lists the names. */
export function pretrainedEntry(name: string): PretrainedEntry {
  const entry = PRETRAINED.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    throw new RangeError(
      `pretrained name: must be one of ${PRETRAINED.map((known) => known.name).join(', ')}, got ${JSON.stringify(name)}`,
    );
  }
  return entry;
}
