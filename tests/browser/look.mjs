// How a page looks when it has come to rest: what it stored, what it ran, whether it keeps to its width.

/** The most that a page may move while it loads; 0.1 is what browsers' makers call good. */
const LARGEST_SHIFT = 0.01;

/** Reports what is wrong with the page as it stands. */
export async function look(page, report) {
  await page.evaluate(() => document.fonts.ready);
  const seen = await page.evaluate(measure);
  for (const violation of seen.violations) report('csp', violation);
  for (const name of seen.stored) report('storage', name);
  for (const outside of seen.outside) report('overflow', outside);
  if (seen.pwned) report('script', 'content of the page ran: it set `window.pwned`');
  if (seen.shift > LARGEST_SHIFT) report('shift', `the layout shifts by ${seen.shift.toFixed(3)}`);
  for (const cookie of await page.context().cookies()) report('cookie', cookie.name);
}

/** Runs in the page. */
function measure() {
  const root = document.scrollingElement;
  const outside = [];
  if (root.scrollWidth > root.clientWidth) {
    outside.push(`the page is ${root.scrollWidth} px wide in a window of ${root.clientWidth} px`);
  }
  // What scrolls or clips by itself may hold more than it shows.
  const holds = (element) => getComputedStyle(element).overflowX !== 'visible';
  const visit = (element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    const shown = width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
    if (shown && (right > root.clientWidth + 1 || left < -1)) {
      const place = `${Math.round(left)} to ${Math.round(right)} of ${root.clientWidth} px`;
      outside.push(`\`${element.outerHTML.slice(0, 80)}\` reaches from ${place}`);
    } else if (!holds(element)) {
      [...element.children].forEach(visit);
    }
  };
  [...document.body.children].forEach(visit);
  const stored = [...document.cookie.split('; ').filter(Boolean).map((pair) => `document.cookie ${pair}`)];
  for (const kind of ['localStorage', 'sessionStorage']) {
    stored.push(...Object.keys(window[kind]).map((key) => `${kind} ${key}`));
  }
  return { ...window.__kept, stored, outside, pwned: 'pwned' in window };
}
