import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dataHash } from '../record/plain-data.js';
import { createSha256 } from '../record/sha256.js';
import { sampleFigures } from './sample-figures.test.kit.js';

for (const [name, draw] of Object.entries(sampleFigures)) {
  test(`${name} figure is the same text on every machine`, async () => {
    await expect(draw({ badge: 'synthetic' })).toMatchFileSnapshot(`../../src/catalog/snapshots/${name}.svg`);
  });

  test(`${name} figure loads nothing, runs nothing and speaks to screen readers`, () => {
    const text = draw({ widthMm: 85 });
    expect(text).not.toMatch(/<script|\son\w+=|href="(?!data:image)|url\(|NaN|Infinity|undefined/);
    expect(text).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+" width="85mm" .*role="img"/,
    );
    expect(text).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc><metadata>\{"zoopraxisFigure":1,/);
  });
}

test('the hash of pieces is the SHA-256 of the whole', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
    const sum = createSha256();
    sum.update(bytes.subarray(0, length >> 1));
    sum.update(bytes.subarray(length >> 1));
    expect(sum.hex()).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
  expect(dataHash({ a: [1, 2.5], b: 'x' })).toBe(
    createHash('sha256').update('{"a":[1,2.5,],"b":"x",}'.replaceAll(',]', ']')).digest('hex'),
  );
});
