/**
 * The figures that the server draws of itself, rendered by whoever renders plotly in this JupyterLab.
 */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ServerConnection } from '@jupyterlab/services';
import type { ITranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { Dashboard } from '../panels/Dashboard';
import { DashboardModel } from '../store/dashboard';
import type { IChannel } from '../transport/channel';
import { WebSocketChannel } from '../transport/websocket';
import type { Figure } from '../wire';
import { sawlogIcon } from './icon';

const PLOTLY = 'application/vnd.plotly.v1+json';

/** A dashboard of what the server at these settings does. */
export function makeDashboard(
  settings: ServerConnection.ISettings,
  rendermime: IRenderMimeRegistry,
  translator: ITranslator
): DashboardWidget {
  return new DashboardWidget(WebSocketChannel.to(settings), rendermime, translator);
}

export class DashboardWidget extends ReactWidget {
  constructor(
    channel: IChannel,
    private readonly rendermime: IRenderMimeRegistry,
    translator: ITranslator
  ) {
    super();
    this.model = new DashboardModel(channel);
    this.trans = translator.load('sawlog');
    this.id = 'sawlog-dashboard';
    this.addClass('jp-Sawlog-panel');
    this.title.icon = sawlogIcon;
    this.title.label = this.trans.__('Log dashboard');
    this.model.stateChanged.connect(() => this.update());
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return (
      <Dashboard
        renders={this.rendermime.preferredMimeType({ [PLOTLY]: {} }) !== undefined}
        state={this.model.state}
        trans={this.trans}
        onRefresh={() => void this.model.refresh()}
        onRender={this.onRender}
      />
    );
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    void this.model.refresh();
  }

  /** Renders a figure into an element of the page; the function that is returned takes it away. */
  private readonly onRender = (figure: Figure, host: HTMLElement): (() => void) => {
    const model = this.rendermime.createModel({
      data: { [PLOTLY]: figure.figure as ReadonlyPartialJSONObject },
      trusted: true
    });
    const renderer = this.rendermime.createRenderer(PLOTLY);
    Widget.attach(renderer, host);
    void renderer.renderModel(model);
    return () => {
      // React may have taken the element away already.
      if (renderer.isAttached) {
        Widget.detach(renderer);
      }
      renderer.dispose();
    };
  };

  private readonly model: DashboardModel;
  private readonly trans;
}
