// What is shown over a page: the overlay with what is wrong, and the toolbar. Both stand in a shadow tree, so that
// neither the page's styles touch them nor theirs the page. Every text is set as text.

/** Asks the preview something about this page; nothing, if it does not answer. */
export async function ask(what, values) {
  const address = `${location.origin}/__tenantry/${what}?${new URLSearchParams(values)}`;
  try {
    const response = await fetch(address, { cache: 'no-store' });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** An element with attributes, and children that are elements or text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ''));
  return element;
}

/** The one place in the page where everything of the preview stands. */
function stage() {
  const known = document.querySelector('tenantry-preview');
  if (known) return known.shadowRoot;
  const host = make('tenantry-preview');
  const root = host.attachShadow({ mode: 'open' });
  root.append(make('link', { rel: 'stylesheet', href: '/__tenantry/preview.css' }));
  document.body.append(host);
  return root;
}

function place({ file, line, column }) {
  return [file, line, column].filter(Boolean).join(':');
}

/** One thing that is wrong. */
function problem({ severity, message, hint, layer, excerpt, related, ...where }) {
  const lines = excerpt.flatMap(({ number, before, marked, after }) => [
    make('span', { class: 'number' }, `${number}`.padStart(5), '  '), before, make('mark', {}, marked), after, '\n',
  ]);
  return make(
    'li', { class: severity },
    make('p', {}, make('strong', {}, severity), ' ', message),
    make('p', { class: 'place' }, make('code', {}, place(where)), layer ? ` of the layer ${layer}` : ''),
    lines.length > 0 ? make('pre', { tabindex: 0 }, ...lines) : '',
    ...related.map((text) => make('p', {}, text)),
    hint ? make('p', { class: 'hint' }, hint) : '',
  );
}

/** What is wrong, over the last good page, until it is mended. */
export class Overlay {
  show(problems) {
    const text = JSON.stringify(problems);
    if (text === this.shown) return;
    this.shown = text;
    this.element?.remove();
    this.element = null;
    if (problems.length === 0) return;
    this.element = make(
      'section', { class: 'overlay', role: 'alert', 'aria-label': 'What is wrong' },
      make('h2', {}, 'This is the last good version of the page'),
      make('button', { type: 'button', class: 'close', click: () => this.element.remove() }, 'Hide'),
      make('ul', {}, ...problems.map(problem)),
    );
    stage().append(this.element);
  }
}

/** Where the page comes from, and where one can go from it. Closed, it is a button. */
export class Toolbar {
  constructor(path) {
    this.path = path;
    const click = () => this.toggle();
    this.button = make('button', { type: 'button', class: 'toggle', 'aria-expanded': 'false', click }, 'Preview');
    const keydown = (event) => this.key(event);
    this.panel = make('section', { class: 'panel', 'aria-label': 'Preview', hidden: true, keydown });
    stage().append(make('div', { class: 'toolbar' }, this.panel, this.button));
  }

  /** What is shown may be outdated. */
  refresh() {
    if (!this.panel.hidden) this.fill();
  }

  toggle() {
    this.panel.hidden = !this.panel.hidden;
    this.button.setAttribute('aria-expanded', `${!this.panel.hidden}`);
    if (!this.panel.hidden) this.fill();
  }

  key(event) {
    if (event.key !== 'Escape') return;
    this.toggle();
    this.button.focus();
  }

  async fill() {
    const about = await ask('about', { path: this.path });
    if (!about) return this.panel.replaceChildren(make('p', {}, 'The preview does not answer.'));
    const unfolded = new Set([...this.panel.querySelectorAll('details[open]')].map(({ dataset }) => dataset.name));
    const fold = (name, label, ...content) =>
      make('details', { 'data-name': name, open: unfolded.has(name) }, make('summary', {}, label), ...content);
    return this.panel.replaceChildren(
      make('h2', {}, about.name || about.tenant),
      make('p', {}, make('a', { href: about.dashboard }, 'All tenants')),
      this.languages(about),
      this.others(about),
      fold('why', 'Why it was rendered', make('p', {}, about.why)),
      fold('values', `Where its values come from (${about.origins.length})`, values(about.origins)),
      fold('findings', `Findings of this tenant (${about.findings.length})`, findings(about.findings)),
    );
  }

  languages({ languages }) {
    if (languages.length < 2) return '';
    const link = ({ lang, path, current }) =>
      make('a', { href: encodeURI(path), lang, hreflang: lang, 'aria-current': current && 'true' }, lang);
    return make('nav', { 'aria-label': 'Languages of this page' }, ...languages.flatMap((one) => [link(one), ' ']));
  }

  /** To the same page of another tenant. */
  others({ page, lang }) {
    if (!location.hostname.endsWith('.localhost')) return '';
    const offers = make('datalist', { id: 'offers' });
    const offer = async ({ target }) => {
      const found = (await ask('search', { q: target.value })) ?? [];
      offers.replaceChildren(...found.map(({ id, name }) => make('option', { value: id }, name)));
    };
    const typed = { autocomplete: 'off', spellcheck: 'false', input: offer, focus: offer };
    const input = make('input', { id: 'tenant', list: 'offers', ...typed });
    const go = (event) => {
      event.preventDefault();
      const values = { tenant: input.value.trim(), page: page ?? '', lang: lang ?? '' };
      if (values.tenant) location.assign(`${location.origin}/__tenantry/go?${new URLSearchParams(values)}`);
    };
    const label = make('label', { for: 'tenant' }, 'The same page of');
    return make('form', { submit: go }, label, ' ', input, ' ', make('button', {}, 'Go'), offers);
  }
}

function values(origins) {
  if (origins.length === 0) return make('p', {}, 'It has no values of its own.');
  const row = ({ key, value, layer, ...where }) => {
    const origin = [layer, make('br', {}), make('code', {}, place(where))];
    return make('tr', {}, make('th', { scope: 'row' }, key), make('td', {}, value), make('td', {}, ...origin));
  };
  const head = ['Key', 'Value', 'Layer and place'].map((text) => make('th', { scope: 'col' }, text));
  return make(
    'div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Values' },
    make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...origins.map(row))),
  );
}

function findings(found) {
  return found.length > 0 ? make('ul', {}, ...found.map(problem)) : make('p', {}, 'Nothing was found.');
}
