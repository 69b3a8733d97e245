// The page by keyboard alone: the skip link, then Tab from the main content to the end and round to where it began.
//
// Elements are judged when the next key comes: only then has the browser scrolled to the one in focus.

/** What a user can act upon, wherever a `tabindex` takes it out of the order. */
const CONTROLS =
  'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], ' +
  'video[controls], [contenteditable], [tabindex]:not([tabindex^="-"])';

/** Reports what the keyboard does not reach, or does not show. It must have touched nothing yet. */
export async function useKeyboard(page, report) {
  await skip(page, report);
  const count = await page.evaluate(prepare, CONTROLS);
  // All of them, once out of the page, and one more for the key that judges the last.
  for (let press = 0; press < count + 2; press += 1) await page.keyboard.press('Tab');
  for (const wrong of await page.evaluate(judge)) report('keyboard', wrong);
}

/** The skip link is the first stop, and leads to the main content. */
async function skip(page, report) {
  await page.keyboard.press('Tab');
  const href = await page.evaluate(() => document.activeElement?.getAttribute('href') ?? '');
  if (!/^#./.test(href)) return report('keyboard', 'the first stop is no skip link');
  await page.keyboard.press('Enter');
  const reached = await page.evaluate((id) => {
    const [main, { activeElement }] = [document.querySelector('main'), document];
    const { top } = main.getBoundingClientRect();
    // Without a tabindex the content takes no focus, but the next stop is the first behind its start.
    return main.id === id && [main, document.body].includes(activeElement) && Math.abs(top) < innerHeight;
  }, decodeURIComponent(href.slice(1)));
  return reached || report('keyboard', `the skip link \`${href}\` does not lead to the main content`);
}

/** Runs in the page: finds the controls, remembers how they look, and watches the keys. Gives their number. */
function prepare(selector) {
  const look = (element) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    return { outline: outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`, boxShadow };
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert]');
  // Chromium lets the keyboard into what scrolls and holds no control.
  const scrolls = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const across = /auto|scroll/.test(overflowX) && element.scrollWidth > element.clientWidth;
    return across || (/auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight);
  };
  const controls = [...document.querySelectorAll(selector)].filter((element) => !element.disabled && shown(element));
  const before = new Map(controls.map((element) => [element, look(element)]));
  const visited = [];
  const record = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return visited.push({ element: null });
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    return visited.push({ element, inView, look: look(element), scrolls: scrolls(element) });
  };
  window.addEventListener('keydown', record, { capture: true });
  window.__keyboard = { before, visited, stop: () => window.removeEventListener('keydown', record, { capture: true }) };
  return controls.length;
}

/** Runs in the page: what was wrong on the way. */
function judge() {
  const { before, visited, stop } = window.__keyboard;
  stop();
  const name = (element) => `\`${element.outerHTML.slice(0, 80)}\``;
  const wrong = [];
  const stops = visited.slice(1).filter(({ element }) => element);
  const reached = new Set(stops.map(({ element }) => element));
  for (const element of before.keys()) if (!reached.has(element)) wrong.push(`${name(element)} is not reached`);
  for (const { element, inView, look, scrolls } of stops) {
    const rest = before.get(element);
    if (!rest && !scrolls) wrong.push(`${name(element)} takes the focus and is no control`);
    if (!inView) wrong.push(`${name(element)} is out of view when it has the focus`);
    const same = rest && look.outline === rest.outline && look.boxShadow === rest.boxShadow;
    const none = !look.outline && look.boxShadow === 'none';
    if (same || none) wrong.push(`${name(element)} does not show that it has the focus`);
  }
  return wrong;
}
