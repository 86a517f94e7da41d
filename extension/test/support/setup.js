// What jsdom lacks: JupyterLab's components ask for it when they are loaded, the panels when they are shown.
if (typeof window !== 'undefined') {
  window.DragEvent ??= window.MouseEvent;
  window.matchMedia ??= query => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} });
  window.ResizeObserver ??= class {
    observe() {}
    disconnect() {}
  };
  Element.prototype.scrollIntoView ??= () => undefined;
  Element.prototype.scrollTo ??= function (options) {
    this.scrollTop = options.top;
  };
  Element.prototype.setPointerCapture ??= () => undefined;
  window.PointerEvent ??= window.MouseEvent;
}
