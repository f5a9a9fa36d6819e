import { expect, test } from 'vitest';
import { DomainError, FormatError, IntegrityError, StorageError, UnavailableError } from './errors.js';

test('a format error names format, place, expectation and finding, and the path last', () => {
  const cause = new SyntaxError('bad JSON');
  const error = new FormatError({
    format: 'safetensors',
    path: 'models/a.safetensors',
    where: 'byte 8',
    expected: 'a JSON object',
    found: '"x"',
    hint: 'Download the file again.',
    cause,
  });
  expect(error.message).toBe(
    'not a valid safetensors file at byte 8: expected a JSON object, found "x": models/a.safetensors',
  );
  expect(error).toMatchObject({
    name: 'FormatError',
    code: 'format',
    where: 'byte 8',
    hint: 'Download the file again.',
  });
  expect(error.cause).toBe(cause);
  const nameless = new FormatError({ format: 'onnx', where: 'byte 0', expected: 'a model', found: 'nothing' });
  expect(nameless.message.endsWith('found nothing')).toBe(true);
  expect(nameless.path).toBeUndefined();
  expect('cause' in nameless).toBe(false);
});

test('each domain error has its own code and its class name', () => {
  const errors = [
    new FormatError({ format: 'f', where: 'w', expected: 'e', found: 'x' }),
    new UnavailableError('no such device'),
    new IntegrityError('hash differs'),
    new StorageError('disk is full'),
  ];
  expect(errors.map((error) => error.code)).toEqual(['format', 'unavailable', 'integrity', 'storage']);
  expect(errors.map((error) => error.name)).toEqual([
    'FormatError',
    'UnavailableError',
    'IntegrityError',
    'StorageError',
  ]);
  for (const error of errors) expect(error).toBeInstanceOf(DomainError);
});
