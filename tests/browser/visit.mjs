// One page in one setting: all that is wrong with it.

import { checkAccess } from './access.mjs';
import { useKeyboard } from './keyboard.mjs';
import { look } from './look.mjs';
import { contextOptions } from './tools.mjs';
import { watchContext } from './watch.mjs';

/** Visits a page of a served site in a context of its own, and gives the findings. */
export async function visit(browser, target, setting) {
  const { origin, path, status, name } = target;
  const findings = [];
  const report = (kind, what) => findings.push({ page: name, setting: setting.name, kind, what });
  const context = await browser.newContext(contextOptions(setting));
  try {
    await watchContext(context, target, report);
    const page = await context.newPage();
    const response = await page.goto(origin + path);
    if (response.status() !== status) report('status', `${response.status()} instead of ${status}`);
    if (!response.headers()['content-security-policy']) report('headers', 'there is no Content-Security-Policy');
    await look(page, report);
    // Before the keyboard: the skip link, when it has the focus, covers others.
    await checkAccess(page, report);
    await useKeyboard(page, report);
  } catch (error) {
    report('failure', String(error.stack ?? error));
  } finally {
    await context.close();
  }
  return findings;
}
