// What jsdom lacks and JupyterLab's components ask for when they are loaded.
if (typeof window !== 'undefined') {
  window.DragEvent ??= window.MouseEvent;
  window.matchMedia ??= query => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} });
}
