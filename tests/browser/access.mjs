// What axe-core finds: the rules of WCAG 2.2, level AA, and those that axe calls good practice.

import { axe } from './tools.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Reports each rule that the page breaks, with the first element that breaks it, and where contrast cannot be told. */
export async function checkAccess(page, report) {
  await page.evaluate(axe);
  for (const { id, help, nodes } of await page.evaluate(judge, TAGS)) {
    report('axe', `${id}: ${help} (${nodes.length}): \`${nodes[0]}\``);
  }
}

/** Runs in the page. `target-size` is of WCAG 2.2, but off unless asked for by name. */
async function judge(tags) {
  const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } };
  const { violations, incomplete } = await window.axe.run(document, options);
  // What axe leaves to a human is no fault, but a contrast that it cannot compute would be checked by nobody.
  const untold = incomplete.filter(({ id }) => id === 'color-contrast');
  const short = ({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 160)) });
  return [...violations.map(short), ...untold.map((rule) => ({ ...short(rule), id: `${rule.id}, not told` }))];
}
