/**
 * What the benchmark of the panel measures inside of the page, by the page's own clock. Installed as `window.probe`.
 *
 * Something counts as painted in the task after the frame that drew it. Nothing waits longer than its limit, and what
 * was not there by then counts as that long.
 */
(() => {
  const afterPaint = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));

  /** For each aim, which of its parts have not been busy and then ready yet. */
  function settling(aims) {
    const left = new Map(Object.entries(aims).map(([name, { settled = [] }]) => [name, new Set(settled)]));
    const observer = new MutationObserver(records => {
      for (const { target, attributeName, oldValue } of records) {
        if (oldValue === 'true' && target.getAttribute(attributeName) === 'false') {
          left.forEach(parts => parts.forEach(part => target.matches(part) && parts.delete(part)));
        }
      }
    });
    const attributeFilter = ['aria-busy', 'data-loading'];
    observer.observe(document.body, { subtree: true, attributeOldValue: true, attributeFilter });
    return { left, stop: () => observer.disconnect() };
  }

  async function waited(aims, limit) {
    const start = performance.now();
    const { left, stop } = settling(aims);
    const took = {};
    while (left.size > 0 && performance.now() - start < limit) {
      await new Promise(requestAnimationFrame);
      const there = [...left.keys()].filter(
        name => left.get(name).size === 0 && (aims[name].shown ?? []).every(part => document.querySelector(part) !== null)
      );
      there.forEach(name => left.delete(name));
      if (there.length > 0) {
        await new Promise(done => setTimeout(done)); // the task after the paint of this frame
        there.forEach(name => (took[name] = performance.now() - start));
      }
    }
    stop();
    left.forEach((_, name) => (took[name] = limit));
    return took;
  }

  /**
   * Begins to wait for aims, by name: their `settled` parts are to be busy and then not, their `shown` ones to be there.
   *
   * The time begins with the event, or at once where none is named.
   */
  function arm({ event, aims, limit }) {
    const wait = () => waited(aims, limit);
    window.probe.took =
      event === null ? wait() : new Promise(done => addEventListener(event, () => done(wait()), { capture: true, once: true }));
  }

  /** Notes of each frame until it is stopped when it began, since 1970, and the milliseconds that it took. */
  function watchFrames() {
    const frames = [];
    let on = true;
    let last = performance.now();
    const next = now => {
      frames.push([performance.timeOrigin + last, now - last]);
      last = now;
      if (on) {
        requestAnimationFrame(next);
      }
    };
    requestAnimationFrame(next);
    return () => {
      on = false;
      return frames.slice(1);
    };
  }

  /** Scrolls through so many rows, a view a frame; `blank` is the share of frames in which no seen row had a record. */
  async function scroll({ grid: selector, rows, limit }) {
    const grid = document.querySelector(selector);
    const row = grid.querySelector('.jp-Sawlog-hit').getBoundingClientRect().height;
    const stop = watchFrames();
    const deadline = performance.now() + limit;
    let [moved, blank, steps] = [0, 0, 0];
    while (moved < rows * row && performance.now() < deadline) {
      const before = grid.scrollTop;
      grid.scrollTop += grid.clientHeight;
      await afterPaint();
      if (grid.scrollTop === before) {
        break;
      }
      moved += grid.scrollTop - before;
      steps += 1;
      blank += grid.querySelector('.jp-Sawlog-hit:not(.jp-mod-loading)') === null ? 1 : 0;
    }
    return { frames: stop(), rows: Math.floor(moved / row), blank: blank / Math.max(1, steps) };
  }

  window.probe = { arm, scroll, watchFrames, took: null };
})();
