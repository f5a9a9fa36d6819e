/** One condition: a column lies inside a band, or outside of it. */
export interface RuleCondition {
  /** Name of the column. */
  readonly column: string;
  /** Lower edge of the band, which belongs to it; left out = no lower edge. In the unit of the column. */
  readonly low?: number;
  /** Upper edge of the band, which belongs to it; left out = no upper edge. */
  readonly high?: number;
  /** True where the column must lie outside of the band. */
  readonly isOutside?: boolean;
  /**
   * Once fulfilled, the condition holds until the value is farther than this beyond the edge, in the unit of the column; 0,
   * the default, is off.
   */
  readonly hysteresis?: number;
}

/** Parts that must all hold, or of which any must; parts are conditions and groups. */
export interface RuleGroup {
  readonly match: 'all' | 'any';
  readonly parts: readonly (RuleCondition | RuleGroup)[];
}

/** What makes bouts of a behavior out of columns; plain JSON data. */
export interface Rule {
  readonly name: string;
  /** Behavior that its bouts are called. */
  readonly behavior: string;
  readonly when: RuleGroup;
  /** Shorter bouts are dropped, seconds; 0 keeps all. */
  readonly minimumSec: number;
  /** Bouts with at most so many seconds between them are joined, before short ones are dropped; 0 joins none. */
  readonly mergeGapSec: number;
}

/** Tells a group from a condition. */
export const isRuleGroup = (part: RuleCondition | RuleGroup): part is RuleGroup => 'parts' in part;

/** Returns the columns that a rule reads, each once, list. */
export function columnsOfRule({ when }: Pick<Rule, 'when'>): string[] {
  const names = (part: RuleCondition | RuleGroup): string[] =>
    isRuleGroup(part) ? part.parts.flatMap(names) : [part.column];
  return [...new Set(names(when))];
}

const numberText = (value: number): string => String(Number(value.toPrecision(4)));

function conditionText({ column, low, high, isOutside = false, hysteresis = 0 }: RuleCondition): string {
  const [from, to] = [low, high].map((edge) => (edge === undefined ? undefined : numberText(edge)));
  const slack = hysteresis > 0 ? ` (± ${numberText(hysteresis)} once begun)` : '';
  if (from === undefined && to === undefined) return isOutside ? `${column} never` : `${column} known`;
  if (from === undefined) return `${column} ${isOutside ? '>' : '≤'} ${to}${slack}`;
  if (to === undefined) return `${column} ${isOutside ? '<' : '≥'} ${from}${slack}`;
  return `${column} ${isOutside ? 'outside' : 'in'} ${from}..${to}${slack}`;
}

/** Returns a rule, or a part of one, as people read it: `speed ≥ 5 and (distance ≤ 3 or contact ≥ 0.5)`. */
export function ruleText(
  part: RuleCondition | RuleGroup,
  titleOf: (column: string) => string = (name) => name,
): string {
  if (!isRuleGroup(part)) return conditionText({ ...part, column: titleOf(part.column) });
  const inner = part.parts.map((each) => {
    const text = ruleText(each, titleOf);
    return isRuleGroup(each) && each.parts.length > 1 ? `(${text})` : text;
  });
  return inner.join(part.match === 'all' ? ' and ' : ' or ');
}
