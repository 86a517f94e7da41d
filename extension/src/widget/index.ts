/**
 * What anywidget loads: the search panel in the output of a cell, in any frontend.
 */

import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { Explorer } from './explorer';
import type { IWidgetModel } from './explorer';
import { View } from './View';

interface IRenderArgs {
  readonly model: IWidgetModel;
  readonly el: HTMLElement;
}

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
    const resize = () => (el.style.height = `${model.get('height')}px`);
    el.classList.add('jp-Sawlog-panel', 'jp-Sawlog-explorer');
    el.setAttribute('data-lm-suppress-shortcuts', 'true'); // keys are the panel's here, not the notebook's
    resize();
    model.on('change:height', resize);
    const root = createRoot(el);
    root.render(React.createElement(View, { explorer: shown }));
    return () => {
      model.off('change:height', resize);
      root.unmount();
    };
  }

  return { initialize, render };
}
