import { describe, expect, it } from 'vitest';
import { PRETRAINED, pretrainedEntry } from './registry.js';

describe('PRETRAINED', () => {
  it('has one entry per name, sorted, with what the publisher gives of the hash', () => {
    const names = PRETRAINED.map((entry) => entry.name);
    expect(names).toEqual([...new Set(names)].sort());
    for (const { url, sha256, sha256Prefix, license, source } of PRETRAINED) {
      expect(url).toMatch(/^https:\/\/download\.pytorch\.org\/models\/[a-z0-9_]+-[0-9a-f]{8}\.pth$/);
      expect(url).toContain(`-${sha256Prefix}.pth`);
      expect(sha256).toBeUndefined();
      expect(license).toContain('ImageNet');
      expect(source).toContain('torchvision');
    }
  });

  it('has published weights of every pretrained network', () => {
    expect([...new Set(PRETRAINED.map((entry) => entry.network))]).toEqual([
      'efficientnet_b0',
      'efficientnet_b3',
      'mobilenet_v2',
      'resnet101',
      'resnet152',
      'resnet50',
    ]);
  });

  it('is asked by name', () => {
    expect(pretrainedEntry('resnet50-v1').sha256Prefix).toBe('0676ba61');
    expect(() => pretrainedEntry('resnet18')).toThrow(/one of .*resnet50-v1.*got "resnet18"/);
  });
});
