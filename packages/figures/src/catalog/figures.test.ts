import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dataHash } from '../record/plain-data.js';
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

test('the hash of data is that of their JSON text', () => {
  expect(dataHash({ a: [1, 2.5], b: 'x' })).toBe(
    createHash('sha256').update('{"a":[1,2.5,],"b":"x",}'.replaceAll(',]', ']')).digest('hex'),
  );
});
