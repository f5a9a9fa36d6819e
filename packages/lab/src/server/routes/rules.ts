import { parseRule, type Rule } from '@zoopraxis/behavior';
import { FormatError } from '@zoopraxis/core';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { RulesView } from '../api.js';
import { createRoutes, readBody, refusal } from '../problem.js';
import type { ServerContext } from '../server-context.js';

/** Most rules that a project keeps. */
const mostRules = 500;

/** Returns the rules in a manifest, those that this program cannot read apart: they are kept as they are. */
function readRules(data: unknown): RulesView & { readonly strange: readonly unknown[] } {
  const [rules, strange, warnings]: [Rule[], unknown[], string[]] = [[], [], []];
  for (const [i, item] of (Array.isArray(data) ? data : []).entries()) {
    try {
      rules.push(parseRule(item));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      strange.push(item);
      warnings.push(`Rule ${i + 1} of zoopraxis.json is left alone: at ${error.where} it has ${error.found}.`);
    }
  }
  return { rules, warnings, strange };
}

/** Returns the routes of rules, which the manifest keeps. */
export function ruleRoutes({ project, changed }: Pick<ServerContext, 'project' | 'changed'>): Hono {
  const routes = createRoutes();
  const view = (): RulesView => {
    const { rules, warnings } = readRules(project.manifest.rules);
    return { rules, warnings };
  };

  routes.get('/api/rules', (c) => c.json(view() as never));

  routes.put('/api/rules', async (c) => {
    const body = await readBody(c, z.object({ rules: z.array(z.unknown()).max(mostRules) }));
    const rules = body.rules.map((item, i) => {
      try {
        return parseRule(item);
      } catch (error) {
        if (error instanceof FormatError) {
          throw refusal(400, `rules[${i}].${error.where}: expected ${error.expected}, found ${error.found}`);
        }
        throw error;
      }
    });
    const twice = rules.find(({ name }, i) => rules.findIndex((other) => other.name === name) !== i);
    if (twice !== undefined) throw refusal(400, `rules: names must be different, ${twice.name} is there twice`);
    await project.updateManifest((manifest) => ({
      ...manifest,
      rules: [...rules, ...readRules(manifest.rules).strange],
    }));
    changed();
    return c.json(view() as never);
  });

  return routes;
}
