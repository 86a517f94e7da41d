/**
 * What anywidget loads: the search panel in the output of a cell, in any frontend.
 */

import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { keepFocus } from '../panels/search/focus';
import { Explorer } from './explorer';
import type { IWidgetModel } from './explorer';
import { View } from './View';

interface IRenderArgs {
  readonly model: IWidgetModel;
  readonly el: HTMLElement;
}

/** Marks what Lumino takes no keys of commands from. */
const OWN_KEYS = 'data-lm-suppress-shortcuts';

/** Called once a widget: its views show the same search. */
export default function widget() {
  let explorer: Explorer | undefined;

  function initialize({ model }: Pick<IRenderArgs, 'model'>) {
    const made = new Explorer(model);
    explorer = made;
    return () => made.dispose();
  }

  function render({ model, el }: IRenderArgs) {
    const shown = (explorer ??= new Explorer(model));
    // Not the element itself: ipywidgets gives that the layout's height, which is none.
    const place = document.createElement('div');
    place.className = 'jp-Sawlog-panel jp-Sawlog-explorer';
    // Keys are the panel's here, not the notebook's, whose `X` cuts the cell. Its commands look at what has the focus first:
    // one that is for that is found before the mark of something around it.
    place.setAttribute(OWN_KEYS, 'true');
    place.addEventListener('focusin', ({ target }) => (target as Element).setAttribute(OWN_KEYS, 'true'));
    const endFocus = keepFocus(place);
    const resize = () => (place.style.height = `${model.get('height')}px`);
    resize();
    model.on('change:height', resize);
    // For as long as this view is there; whether the picture comes before it or after.
    const hide = document.createElement('style');
    hide.textContent = `.${model.get('picture')} { display: none; }`;
    el.append(hide, place);
    const root = createRoot(place);
    root.render(React.createElement(View, { explorer: shown }));
    return () => {
      model.off('change:height', resize);
      endFocus();
      root.unmount();
      el.replaceChildren();
    };
  }

  return { initialize, render };
}
