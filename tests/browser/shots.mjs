// Screenshots of a page: whole, in the four settings, and as it is printed.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { SETTINGS, contextOptions } from './tools.mjs';

/** What a sheet of A4 shows within margins of 18 mm, in CSS pixels. */
const SHEET = { width: 658, height: 972 };

/** Writes the screenshots of a page into `folder`, and gives their names. */
export async function shoot(browser, { origin, path, name }, folder) {
  const written = [];
  for (const setting of SETTINGS) {
    const file = `${name}-${setting.width}-${setting.colorScheme}.png`;
    const context = await browser.newContext(contextOptions(setting));
    const page = await context.newPage();
    await page.goto(origin + path);
    await page.screenshot({ path: join(folder, file), fullPage: true });
    await context.close();
    written.push(file);
  }
  return [...written, ...(await print(browser, origin + path, folder, `${name}-print`))];
}

/** The sheets as PDF, and as PNG if `pdftoppm` is on the machine; otherwise the page in print style, as wide as one. */
async function print(browser, url, folder, name) {
  const context = await browser.newContext({ viewport: SHEET });
  const page = await context.newPage();
  await page.goto(url);
  await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  try {
    execFileSync('pdftoppm', ['-png', '-r', '96', `${name}.pdf`, name], { cwd: folder, stdio: 'ignore' });
  } catch {
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
  await context.close();
  return [`${name}.pdf`];
}
