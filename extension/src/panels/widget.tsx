/**
 * Puts the panel into JupyterLab: the model's state in, the user's wishes out.
 */

import { Clipboard } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { DatasetsModel } from '../store/model';
import { DatasetsPanel } from './DatasetsPanel';
import { formatter, localeOf } from './format';
import { sawlogIcon } from './icons';

export class DatasetsWidget extends ReactWidget {
  constructor(
    private readonly model: DatasetsModel,
    translator: ITranslator
  ) {
    super();
    this.trans = translator.load('sawlog');
    this.format = formatter(localeOf(translator.languageCode));
    this.id = 'sawlog-datasets';
    this.addClass('jp-Sawlog-panel');
    this.title.icon = sawlogIcon;
    this.title.caption = this.trans.__('Log datasets (sawlog)');
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this.model.stateChanged}>
        {() => (
          <DatasetsPanel
            format={this.format}
            state={this.model.state}
            trans={this.trans}
            onCopy={text => Clipboard.copyToSystem(text)}
            onRefresh={() => void this.model.refresh()}
          />
        )}
      </UseSignal>
    );
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.model.visible = true;
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.model.visible = false;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.model.visible = this.isVisible;
  }

  protected override onBeforeDetach(msg: Message): void {
    this.model.visible = false;
    super.onBeforeDetach(msg);
  }

  private readonly format;
  private readonly trans;
}
