/**
 * Where the keyboard goes on when what has the focus is taken away.
 */

/** Where a panel begins for the keyboard: its query, else the list of datasets, else what adds one. */
const HOMES = ['.jp-Sawlog-queryInput', '.jp-Sawlog-datasetName', '.jp-Sawlog-add input'];

export function homeOf(root: Element): HTMLElement | null {
  return HOMES.map(home => root.querySelector<HTMLElement>(home)).find(found => found !== null) ?? null;
}

/**
 * Keeps the focus within an element: a browser gives it to the page when the element that has it goes, or is disabled,
 * and whoever works by keyboard or screen reader begins at the page's first element again.
 *
 * @returns What ends that.
 */
export function keepFocus(root: HTMLElement): () => void {
  /** What has the focus, and all around it up to the root, which it no longer has once it is gone. */
  let path: readonly Element[] = [];
  const onFocus = ({ target }: FocusEvent) => {
    path = around(target as Element, root);
  };
  const onBlur = () => {
    // Some browsers say so of an element that goes, too, before it has gone: only later that is told from a click elsewhere.
    const left = path;
    setTimeout(() => {
      path = path === left && isUsable(left[0]) ? [] : path;
    });
  };
  const observer = new MutationObserver(() => {
    if (path.length > 0 && !isUsable(path[0]) && isLost(root.ownerDocument)) {
      nextTo(path, root)?.focus({ preventScroll: true });
    }
  });
  observer.observe(root, { attributeFilter: ['disabled'], attributes: true, childList: true, subtree: true });
  root.addEventListener('focusin', onFocus);
  root.addEventListener('focusout', onBlur);
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', onFocus);
    root.removeEventListener('focusout', onBlur);
  };
}

function around(element: Element, root: Element): readonly Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at !== null && at !== root; at = at.parentElement) {
    path.push(at);
  }
  return [...path, root];
}

function isUsable(element: Element | undefined): boolean {
  return element?.isConnected === true && !element.matches(':disabled');
}

/** Nothing has the focus, or what cannot use it. */
function isLost({ activeElement, body }: Document): boolean {
  return activeElement === null || activeElement === body || activeElement.matches(':disabled');
}

/** The list of hits, for what was in it or where it stands now; else where everything begins. */
function nextTo(path: readonly Element[], root: Element): HTMLElement | null {
  const left = path.find(element => element.isConnected);
  const inside = left?.closest('.jp-Sawlog-searchPanel') === null ? undefined : left;
  const hits = inside?.closest<HTMLElement>('.jp-Sawlog-hits') ?? inside?.querySelector<HTMLElement>('.jp-Sawlog-hits');
  return hits ?? homeOf(root);
}
