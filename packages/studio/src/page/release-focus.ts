/** Where a click leaves the focus although the person only wanted the click: its keys would be lost to the page. */
const clicked = 'button, summary, [role="tab"], input[type="checkbox"], input[type="radio"]';

/** Where keys are meant for what has the focus; in `data-keeps-focus` arrows walk from row to row. */
const ownKeys =
  '[role="dialog"], [role="menu"], [role="listbox"], [role="slider"], [data-own-keys], [data-keeps-focus]';

/** Tells whether an element that was clicked gives the focus back, so that letters and arrows reach the recording again. */
export function givesFocusBack(element: {
  matches(selectors: string): boolean;
  closest(selectors: string): unknown;
}): boolean {
  return element.matches(`${clicked}, select`) && element.closest(ownKeys) === null;
}

/**
 * Lets buttons, tabs and lists give the focus back after the pointer used them: a person who chose a speed by mouse and then
 * types letters means the recording. Who walks by Tab keeps the focus where it is.
 */
export function releaseFocus(document: Document): void {
  let isByPointer = false;
  let openedMenu: Element | null = null;
  const release = (element: Element | null) => {
    if (element instanceof HTMLElement && element === document.activeElement && givesFocusBack(element)) element.blur();
  };
  document.addEventListener(
    'pointerdown',
    ({ target }) => {
      isByPointer = true;
      openedMenu = target instanceof Element ? target.closest('[aria-haspopup="menu"]') : null;
    },
    true,
  );
  document.addEventListener(
    'keydown',
    ({ key }) => {
      isByPointer = false;
      // A menu that was opened by pointer and closed by Escape has nothing more to say.
      if (key === 'Tab' || key === 'Enter' || key === ' ') openedMenu = null;
    },
    true,
  );
  document.addEventListener('click', ({ detail, target }) => {
    if (detail === 0 || !(target instanceof Element)) return;
    const button = target.closest(clicked);
    // The click itself comes first: what it opens takes the focus on its own.
    setTimeout(() => release(button));
  });
  document.addEventListener('change', ({ target }) => {
    if (isByPointer && target instanceof HTMLSelectElement) setTimeout(() => release(target));
  });
  document.addEventListener('focusin', ({ target }) => {
    if (target !== openedMenu || !(target instanceof HTMLElement)) return;
    setTimeout(() => {
      if (target.getAttribute('aria-expanded') === 'true') return;
      openedMenu = null;
      release(target);
    });
  });
}
