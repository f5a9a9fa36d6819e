import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { operations } from 'zoopraxis/node';

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.md'))
  .sort();
const textOf = (page: string) => readFileSync(page, 'utf8');
const linksOf = (page: string) =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] as string).replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));

test('docs/command-line.md lists every operation, and none that does not exist', () => {
  const listed = [...textOf('docs/command-line.md').matchAll(/^\| `([a-z -]+)/gm)].map((match) =>
    (match[1] as string).replace(/ --.*$/, '').trim(),
  );
  expect(listed.sort()).toEqual(operations.map(({ name }) => name).sort());
});

test('docs/README.md leads to every page', () => {
  const linked = new Set(linksOf('docs/README.md'));
  expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
});

test('no link of README.md or of a page leads nowhere', () => {
  const broken = ['README.md', 'CONTRIBUTING.md', ...pages.map((page) => `docs/${page}`)].flatMap((page) =>
    linksOf(page)
      .filter((link) => !existsSync(join(dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});
