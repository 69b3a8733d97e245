// A consent manager with an exported configuration, in a page of a built site: what it shows, keeps and clears.
//
// A page is { "manager": one of those below, "shows": texts that its settings hold, "asks": whether it asks at all,
// "cookie": where it keeps the choice, "days": for how long, "clears" and "keeps": names of cookies }.

import { contextOptions } from './tools.mjs';
import { watchContext } from './watch.mjs';

const SETTING = { name: '1280 light', width: 1280, colorScheme: 'light' };
const DAY = 86_400;

/** How each is driven: what asks, how the settings are opened, and which buttons answer there. */
const MANAGERS = {
  klaro: {
    banner: '.cookie-notice',
    open: () => window.klaro.show(undefined, true),
    panel: '.cookie-modal',
    accept: ['.cm-btn-accept-all'],
    // Once somebody has chosen there is no button that refuses all: each purpose is switched off.
    refuse: [switchOff, '.cm-btn-accept'],
  },
  orejime: {
    banner: '.orejime-Banner',
    open: () => window.orejime.prompt(),
    panel: '.orejime-Modal',
    accept: ['.orejime-PurposeToggles-enableAll', '.orejime-Modal-saveButton'],
    refuse: ['.orejime-PurposeToggles-disableAll', '.orejime-Modal-saveButton'],
  },
  tarteaucitron: {
    banner: '#tarteaucitronAlertBig',
    open: () => window.tarteaucitron.userInterface.openPanel(),
    panel: '#tarteaucitron',
    accept: ['#tarteaucitronAllAllowed'],
    // It clears when the page is loaded again, which closing the panel does.
    refuse: ['#tarteaucitronAllDenied', '#tarteaucitronClosePanel'],
  },
  cookieconsent: {
    banner: '#cc-main .cm',
    open: () => window.CookieConsent.showPreferences(),
    panel: '#cc-main .pm',
    accept: ['.pm__btn[data-role="all"]'],
    refuse: ['.pm__btn[data-role="necessary"]'],
  },
};

/** Visits a page with a consent manager in a context of its own, and gives the findings. */
export async function consent(browser, target) {
  const { origin, path, name, manager, shows, asks, cookie, days, clears, keeps } = target;
  const findings = [];
  const report = (kind, what) => findings.push({ page: name, setting: manager, kind, what });
  const context = await browser.newContext(contextOptions(SETTING));
  const steps = MANAGERS[manager];
  try {
    // Managers tell their developers what they do; that is not looked at.
    await watchContext(context, target, (kind, what) => kind !== 'console' && report(kind, what));
    const page = await context.newPage();
    page.on('pageerror', (error) => report('error', error.message));
    await set(context, origin, keeps);
    await page.goto(origin + path);
    await page.waitForFunction(() => document.readyState === 'complete');
    if (asks) await page.waitForSelector(steps.banner, { timeout: 10_000 });
    await openPanel(page, steps);
    const text = await page.evaluate((panel) => document.querySelector(panel).textContent, steps.panel);
    for (const shown of shows) if (!text.includes(shown)) report('shows', `does not show ${shown}`);
    if (asks) await answers({ page, context, steps, report, origin, cookie, days, clears, keeps });
    const { violations } = await page.evaluate(() => window.__kept);
    for (const violation of violations) report('policy', violation);
  } catch (error) {
    report('failure', String(error.stack ?? error));
  } finally {
    await context.close();
  }
  return findings;
}

async function openPanel(page, { open, panel }) {
  await page.waitForTimeout(300);
  await page.evaluate(open);
  await page.waitForSelector(panel, { state: 'visible', timeout: 10_000 });
}

/** Sets cookies, as the services of the site do. */
function set(context, origin, names) {
  return context.addCookies(names.map((name) => ({ name, value: 'x', url: origin })));
}

/** Switches off every purpose of Klaro that can be. */
function switchOff(page) {
  return page.evaluate(() => {
    document.querySelectorAll('.cm-purposes > li > input:not(.required):checked').forEach((input) => input.click());
  });
}

/** Accepts all, then refuses all: the choice is kept as long as it should, and what was accepted is cleared. */
async function answers({ page, context, steps, report, origin, cookie, days, clears, keeps }) {
  await press(page, steps.accept);
  const kept = (await context.cookies(origin)).find((it) => it.name === cookie);
  if (!kept) return report('choice', `no cookie ${cookie}`);
  const lasts = (kept.expires - Date.now() / 1000) / DAY;
  if (Math.abs(lasts - days) > 0.6) report('choice', `${cookie} is kept ${lasts.toFixed(1)} days, not ${days}`);
  const names = async () => (await context.cookies(origin)).map((it) => it.name);
  await set(context, origin, clears);
  await page.reload();
  await page.waitForTimeout(600);
  const accepted = await names();
  for (const name of [...clears, ...keeps]) {
    if (!accepted.includes(name)) report('accepted', `${name} is cleared though all is accepted`);
  }
  await openPanel(page, steps);
  await press(page, steps.refuse);
  const left = await names();
  for (const name of clears) if (left.includes(name)) report('refused', `${name} is still there`);
  for (const name of keeps) if (!left.includes(name)) report('refused', `${name} is cleared, and is needed`);
}

async function press(page, buttons) {
  for (const button of buttons) {
    if (typeof button === 'function') await button(page);
    else await page.locator(button).first().click();
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(600);
}
