/**
 * The plugins and their commands; everything else is behind them.
 */

import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { sawlogIcon } from './panels/icons';
/* eslint-disable jupyter/prefer-lazy-imports -- the sidebar restores the panel at start */
import { DatasetsWidget } from './panels/widget';
import { DatasetsModel } from './store/model';
/* eslint-enable jupyter/prefer-lazy-imports */
import { HttpDatasetsTransport } from './transport/datasets';

namespace CommandIDs {
  export const openPanel = 'sawlog:open-panel';
}

const PLUGIN_ID = 'sawlog:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'A sidebar panel that lists the log datasets of the store.',
  autoStart: true,
  optional: [ICommandPalette, ILayoutRestorer, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const { commands, serviceManager, shell } = app;
    const trans = (translator ?? nullTranslator).load('sawlog');
    const model = new DatasetsModel(new HttpDatasetsTransport(serviceManager.serverSettings));
    const panel = new DatasetsWidget(model, translator ?? nullTranslator);
    shell.add(panel, 'left', { rank: 650, type: 'Log Datasets' });
    restorer?.add(panel, panel.id);

    commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Open Log Datasets'),
      caption: trans.__('Show the log datasets of the store in the sidebar'),
      icon: sawlogIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        shell.activateById(panel.id);
      }
    });
    palette?.addItem({ command: CommandIDs.openPanel, category: trans.__('Logs') });

    void followSettings(settings, model);
  }
};

/** Keeps the model's interval what the user's settings say. */
async function followSettings(registry: ISettingRegistry | null, model: DatasetsModel): Promise<void> {
  if (registry === null) {
    return;
  }
  try {
    const settings = await registry.load(PLUGIN_ID);
    const apply = () => {
      model.interval = 1_000 * (settings.get('refreshInterval').composite as number);
    };
    settings.changed.connect(apply);
    apply();
  } catch (error) {
    console.error('sawlog: the settings cannot be read, the defaults are used', error);
  }
}

export default plugin;
