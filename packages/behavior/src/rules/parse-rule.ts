import { FormatError } from '@zoopraxis/core';
import type { Rule, RuleCondition, RuleGroup } from './rule.js';

/** What a rule may at most be, so that a file of others cannot stop the page. */
const mostParts = 200;
const mostDepth = 8;
const longestText = 500;
const longestSec = 86_400;

type Fields = Readonly<Record<string, unknown>>;

function refuse(where: string, expected: string, value: unknown): never {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  throw new FormatError({
    format: 'rule',
    where,
    expected,
    found: text.length > 80 ? `${text.slice(0, 77)}...` : text,
  });
}

function fieldsOf(where: string, value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object', value);
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) refuse(where, `none but ${known.join(', ')}`, name);
  }
  return value as Fields;
}

function textOf(where: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longestText) {
    refuse(where, `text of 1 to ${longestText} letters`, value);
  }
  return value;
}

function numberOf(where: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high) {
    const bounds =
      high === Number.MAX_VALUE ? (low === 0 ? 'a number from 0' : 'a number') : `a number in ${low}..${high}`;
    refuse(where, bounds, value);
  }
  return value;
}

function conditionOf(where: string, value: unknown): RuleCondition {
  const fields = fieldsOf(where, value, ['column', 'low', 'high', 'isOutside', 'hysteresis']);
  const edge = (name: 'low' | 'high') =>
    fields[name] === undefined
      ? undefined
      : numberOf(`${where}.${name}`, fields[name], -Number.MAX_VALUE, Number.MAX_VALUE);
  const [column, low, high] = [textOf(`${where}.column`, fields.column), edge('low'), edge('high')];
  if (low !== undefined && high !== undefined && low > high) refuse(`${where}.high`, `a number from ${low}`, high);
  const { isOutside = false } = fields;
  if (typeof isOutside !== 'boolean') refuse(`${where}.isOutside`, 'true or false', isOutside);
  const hysteresis = numberOf(`${where}.hysteresis`, fields.hysteresis ?? 0, 0, Number.MAX_VALUE);
  return {
    column,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(isOutside ? { isOutside } : {}),
    ...(hysteresis > 0 ? { hysteresis } : {}),
  };
}

interface Budget {
  parts: number;
}

function groupOf(where: string, value: unknown, depth: number, budget: Budget): RuleGroup {
  if (depth > mostDepth) refuse(where, `at most ${mostDepth} groups in each other`, 'one more');
  const { match, parts } = fieldsOf(where, value, ['match', 'parts']);
  if (match !== 'all' && match !== 'any') refuse(`${where}.match`, 'all or any', match);
  if (!Array.isArray(parts)) refuse(`${where}.parts`, 'a list', parts);
  budget.parts += parts.length;
  if (budget.parts > mostParts) refuse(`${where}.parts`, `at most ${mostParts} parts in all`, budget.parts);
  return {
    match,
    parts: parts.map((part: unknown, i) => {
      const place = `${where}.parts[${i}]`;
      const isGroup = typeof part === 'object' && part !== null && 'parts' in part;
      return isGroup ? groupOf(place, part, depth + 1, budget) : conditionOf(place, part);
    }),
  };
}

/**
 * Returns the rule in plain data, such as what `JSON.parse` made of a file.
 * @throws FormatError naming the place that does not fit.
 */
export function parseRule(data: unknown): Rule {
  const fields = fieldsOf('the rule', data, ['name', 'behavior', 'when', 'minimumSec', 'mergeGapSec']);
  return {
    name: textOf('name', fields.name),
    behavior: textOf('behavior', fields.behavior),
    when: groupOf('when', fields.when, 1, { parts: 0 }),
    minimumSec: numberOf('minimumSec', fields.minimumSec ?? 0, 0, longestSec),
    mergeGapSec: numberOf('mergeGapSec', fields.mergeGapSec ?? 0, 0, longestSec),
  };
}
