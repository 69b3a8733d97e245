// What axe-core finds: the rules of WCAG 2.2, level AA, and those that axe calls good practice.

import { axe } from './tools.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Reports each rule that the page breaks, with the first element that breaks it. */
export async function checkAccess(page, report) {
  await page.evaluate(axe);
  for (const { id, help, nodes } of await page.evaluate(violations, TAGS)) {
    report('axe', `${id}: ${help} (${nodes.length}): \`${nodes[0]}\``);
  }
}

/** Runs in the page. `target-size` is of WCAG 2.2, but off unless asked for by name. */
async function violations(tags) {
  const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } };
  const found = (await window.axe.run(document, { ...options, resultTypes: ['violations'] })).violations;
  return found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 160)) }));
}
