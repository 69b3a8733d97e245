// What is done with a preview, and what has to come of it.

export const SCENES = { tenants, edit, fields, style, error, dashboard, tenant, change, toolbar, tabs, apart, missed };

const TENANTS = ['alittlemarket', 'ardennemetropole', 'artisanat', 'datajoule', 'inmemori'];

/** A mark that a document loses when it is loaded again. */
const mark = (page) => page.evaluate(() => { window.__mark = 1; });
const isMarked = (page) => page.evaluate(() => window.__mark === 1);

const shows = (page, text) => page.getByText(text).first().waitFor();

/** Something in the shadow tree of the preview. */
const ours = (page, selector) => page.locator(`tenantry-preview ${selector}`);

/** Until the page listens, an edit is only found by asking. */
const listening = (page) => page.waitForFunction(async () => {
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name.startsWith('tenantry'));
});

/** A page of each tenant. */
async function tenants({ open, expect }) {
  for (const id of TENANTS) {
    const page = await open(`${id}.localhost`, '/');
    expect((await page.title()).length > 0, `${id} has no title`);
    await listening(page);
    await page.close();
  }
}

/** An edit of the shared cookies shows without the document being loaded again, and the page stays where it is. */
async function edit({ open, edit, expect, shot }) {
  const page = await open('artisanat.localhost', '/cookies/');
  await listening(page);
  await mark(page);
  await page.evaluate(() => window.scrollTo(0, 400));
  const before = await page.evaluate(() => window.scrollY);
  expect(before > 100, `the page is too short to be scrolled: ${before}`);
  edit('sites/opendatasoft/cookies.toml', 'd\'une page', 'd\'une édition à une page');
  await shows(page, 'édition à une page');
  expect(await isMarked(page), 'the document was loaded again');
  const after = await page.evaluate(() => window.scrollY);
  expect(Math.abs(after - before) <= 2, `it scrolled from ${before} to ${after}`);
  await shot(page, 'edit');
}

/** What was typed, unfolded and focused stays while the text around changes. */
async function fields({ open, write, expect }) {
  const text = (words) => `+++\ntitle = "Champs"\n+++\n<p>${words}</p>\n` +
    '<details id="d"><summary>Plus</summary>x</details>\n<p><label>Nom <input id="i" value="a"></label> <label>Note <textarea id="t">b</textarea></label></p>\n' +
    '<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n';
  write('sites/content/champs.fr.md', text('avant'));
  const page = await open('artisanat.localhost', '/champs/');
  await shows(page, 'avant');
  await listening(page);
  await mark(page);
  await page.locator('#d summary').click();
  await page.locator('#t').fill('écrit');
  await page.locator('#i').fill('tapé');
  write('sites/content/champs.fr.md', text('après').replace('<li>un', '<li>zéro</li>\n<li>un'));
  await shows(page, 'après');
  const kept = await page.evaluate(() => ({
    open: document.getElementById('d').open,
    typed: document.getElementById('i').value,
    written: document.getElementById('t').value,
    focus: document.activeElement.id,
    items: [...document.querySelectorAll('main li')].map((item) => item.textContent),
  }));
  const wanted = { open: true, typed: 'tapé', written: 'écrit', focus: 'i', items: ['zéro', 'un', 'deux'] };
  expect(JSON.stringify(kept) === JSON.stringify(wanted), `kept was ${JSON.stringify(kept)}`);
  expect(await isMarked(page), 'the document was loaded again');
}

/** Styles and images are swapped. */
async function style({ open, read, write, edit, expect }) {
  const page = await open('artisanat.localhost', '/cookies/');
  await listening(page);
  await mark(page);
  const css = 'themes/charter/static/charter.css';
  write(css, `${read(css)}\nmain { outline: 7px solid rgb(1, 2, 3); }\n`);
  await page.waitForFunction(() => getComputedStyle(document.querySelector('main')).outlineWidth === '7px');
  expect(await isMarked(page), 'the document was loaded again');
  const sheets = await page.evaluate(() => document.querySelectorAll('link[rel="stylesheet"]').length);
  await page.waitForFunction((most) => document.querySelectorAll('link[rel="stylesheet"]').length <= most, sheets);
  const logo = await page.evaluate(() => document.images[0].src);
  edit('sites/opendatasoft/artisanat/static/logo.svg', '<svg ', '<svg data-edited="1" ');
  await page.waitForFunction((before) => document.images[0].src !== before && document.images[0].complete, logo);
  expect(await isMarked(page), 'the document was loaded again for an image');
}

/** An error is shown over the last good page, escaped, and goes when it is mended. */
async function error({ open, read, write, expect, shot }) {
  const page = await open('inmemori.localhost', '/cookies/');
  await listening(page);
  await mark(page);
  const file = 'sites/inmemori/content/cookies.fr.md';
  const good = read(file);
  const heading = await page.locator('h1').textContent();
  write(file, `${good}\n\n{{ <img src=x onerror=window.pwned=1> }}\n`);
  await ours(page, '.overlay').waitFor();
  const text = await ours(page, '.overlay').textContent();
  for (const words of [file, 'onerror=window.pwned=1', 'sites/inmemori']) {
    expect(text.includes(words), `the overlay does not say \`${words}\`: ${text}`);
  }
  expect((await page.locator('h1').textContent()) === heading, 'the last good page is gone');
  await shot(page, 'overlay');
  write(file, good);
  await ours(page, '.overlay').waitFor({ state: 'detached' });
  expect(await isMarked(page), 'the document was loaded again');
}

/** The dashboard finds a tenant by typing, and can be read by everybody. */
async function dashboard({ open, access, expect, shot }) {
  const page = await open('localhost', '/');
  await page.locator('tbody tr').nth(4).waitFor();
  await access(page);
  await shot(page, 'dashboard');
  // The search has the focus.
  await page.keyboard.type('ardenne');
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  const row = await page.locator('tbody tr').textContent();
  expect(row.includes('ardennemetropole'), `found was ${row}`);
  const focus = await page.evaluate(() => document.activeElement.id);
  expect(focus === 'q', `the focus went to ${focus}`);
  await page.locator('tbody a').first().click();
  await page.waitForURL('http://ardennemetropole.localhost:*/**');
}

/** One tenant, with its pages and layers. */
async function tenant({ open, access, expect, shot }) {
  const page = await open('localhost', '/__tenantry/tenant/ardennemetropole');
  await access(page);
  await shot(page, 'tenant');
  const text = await page.locator('main').textContent();
  for (const words of ['/cookies/', 'sites/opendatasoft/ardennemetropole', 'in place of']) {
    expect(text.includes(words), `the page does not say \`${words}\``);
  }
}

/** What an edit of something shared touches is shown as it happens, with pages before and after it. */
async function change({ open, edit, access, expect, shot }) {
  const page = await open('localhost', '/__tenantry/edit');
  await listening(page);
  edit('sites/opendatasoft/content/cookies.fr.md', 'cookies', 'cookies (ou témoins)');
  await page.locator('iframe').first().waitFor();
  const text = await page.locator('#results').textContent();
  expect(text.includes('3 tenants') && text.includes('opendatasoft'), `the page says ${text}`);
  const says = async (side) => {
    const frame = page.frameLocator(`iframe[title$="${side} the change"]`).first();
    await frame.locator('h1').waitFor();
    const paint = await frame.locator('main').evaluate((main) => getComputedStyle(main).display !== 'inline');
    expect(paint, `the page ${side} has no style`);
    return frame.locator('body').textContent();
  };
  expect(!(await says('before')).includes('ou témoins'), 'the page before is the one after');
  expect((await says('after')).includes('ou témoins'), 'the page after is the one before');
  await access(page);
  await shot(page, 'change');
}

/** Where values come from, the other languages, and the same page of another tenant. */
async function toolbar({ open, expect, shot }) {
  const page = await open('artisanat.localhost', '/cookies/');
  await ours(page, '.toggle').focus();
  await page.keyboard.press('Enter');
  await ours(page, 'details summary').first().waitFor();
  for (const summary of await ours(page, 'details summary').all()) await summary.click();
  const text = await ours(page, '.panel').textContent();
  for (const words of ['sites/opendatasoft/artisanat/site.toml', 'base_url']) {
    expect(text.includes(words), `the toolbar does not say \`${words}\`: ${text}`);
  }
  await ours(page, '.panel').evaluate((panel) => { panel.scrollTop = 0; });
  await shot(page, 'toolbar');
  await ours(page, 'nav a[hreflang="en"]').click();
  await page.waitForURL('**/en/cookies/');
  await ours(page, '.toggle').click();
  await ours(page, '#tenant').fill('datajoule');
  await page.keyboard.press('Enter');
  await page.waitForURL('http://datajoule.localhost:*/en/cookies/');
  await ours(page, '.toggle').click();
  await ours(page, '.panel h2').waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => document.querySelector('tenantry-preview').shadowRoot.querySelector('.toggle').focus());
  await page.emulateMedia({ media: 'print' });
  expect(!(await ours(page, '.toggle').isVisible()), 'the toolbar is printed');
}

/** Seven pages of a host at once: all load, and all are told. */
async function tabs({ open, edit, expect }) {
  const pages = [];
  for (let tab = 0; tab < 7; tab += 1) pages.push(await open('datajoule.localhost', '/cookies/'));
  await listening(pages[0]);
  edit('sites/opendatasoft/datajoule/site.toml', 'name = "', 'name = "Sept ');
  await Promise.all(pages.map((page) => page.waitForFunction(() => document.title.includes('Sept'))));
  // The one that listens leaves; another one takes its place.
  await pages.shift().close();
  await listening(pages[0]);
  edit('sites/opendatasoft/datajoule/site.toml', 'name = "Sept ', 'name = "Six ');
  await Promise.all(pages.map((page) => page.waitForFunction(() => document.title.includes('Six'))));
  expect(pages.length === 6, 'not all tabs are there');
}

/** A page of one tenant cannot read another one's, nor what the preview says of it; nor can a page without a policy. */
async function apart({ open, context, address, meant, expect }) {
  const paths = ['/', '/__tenantry/page?path=/', '/__tenantry/search?q=a'];
  const other = paths.map((path) => address('datajoule.localhost', path));
  meant(/Content Security Policy|connect-src refused/);
  const read = (page) => page.evaluate((urls) => {
    const text = (url) => fetch(url).then((answer) => answer.text(), () => null);
    return Promise.all(urls.map(text));
  }, other);
  for (const page of [await open('artisanat.localhost', '/'), await context.newPage()]) {
    const texts = await read(page);
    expect(texts.every((text) => text === null), `it read ${JSON.stringify(texts)}`);
  }
}

/** An edit while the page was hidden from the preview is found when it is looked at again. */
async function missed({ open, edit, expect }) {
  const page = await open('alittlemarket.localhost', '/cookies/');
  await listening(page);
  await mark(page);
  const hide = (hidden) => page.evaluate((is) => {
    Object.defineProperty(document, 'hidden', { value: is, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  await page.waitForFunction(async () => (await navigator.locks.query()).held.length === 0);
  edit('sites/alittlemarket/site.toml', 'name = "', 'name = "Manqué ');
  await page.waitForTimeout(300);
  expect(!(await page.title()).includes('Manqué'), 'a hidden page was told');
  await hide(false);
  await page.waitForFunction(() => document.title.includes('Manqué'));
  expect(await isMarked(page), 'the document was loaded again');
}
