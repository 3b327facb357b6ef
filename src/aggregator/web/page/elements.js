// What the page is made of. All text goes in as text, never as markup.
export const element = id => document.getElementById(id);

/** Makes an element; children are elements or texts. */
export const make = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== null));
  return made;
};
export const plural = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;
export const tag = (word, text = word) => make('span', { class: `tag ${word}` }, text);

const counted = new Set(['gained', 'works', 'fails', 'not tested', 'silent', 'findings', 'waiting']);
export const table = (caption, heads, rows) =>
  make(
    'table',
    { 'aria-label': caption },
    make(
      'thead',
      null,
      make(
        'tr',
        null,
        ...heads.map(head => make('th', { scope: 'col', class: counted.has(head) ? 'number' : '' }, head)),
      ),
    ),
    make('tbody', null, ...rows),
  );
export const row = (name, ...cells) =>
  make(
    'tr',
    null,
    make('th', { scope: 'row' }, name),
    ...cells.map(cell => (cell.tagName === 'TD' ? cell : make('td', null, cell))),
  );
export const number = value => make('td', { class: 'number' }, String(value));
