/**
 * The plugins and their commands; everything else is behind them.
 */

import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

/* eslint-disable jupyter/prefer-lazy-imports -- commands describe their arguments, and the sidebar restores the panel at start */
import { readArgs, SEARCH_ARGS } from './lab/args';
import type { DashboardWidget } from './lab/dashboard';
import { sawlogIcon } from './lab/icon';
import { insertCell } from './lab/notebook';
import { keepColumns, keepHistory, keepSidebar } from './lab/restore';
import { argsOf, ISawlog, Sawlog } from './lab/sawlog';
import { Settings } from './lab/settings';
/* eslint-enable jupyter/prefer-lazy-imports */
import type { CodeKind } from './wire';

namespace CommandIDs {
  export const openPanel = 'sawlog:open-panel';
  export const openSearch = 'sawlog:open-search';
  export const searchFile = 'sawlog:search-file';
  export const insert = 'sawlog:insert';
  export const openDashboard = 'sawlog:open-dashboard';
}

const PLUGIN_ID = 'sawlog:plugin';

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

/** Searches: in the sidebar, and in the main area. */
const search: JupyterFrontEndPlugin<ISawlog> = {
  id: PLUGIN_ID,
  description: 'Searches logs, in the sidebar and in the main area.',
  autoStart: true,
  provides: ISawlog,
  optional: [ICommandPalette, ILabShell, ILayoutRestorer, ISettingRegistry, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null,
    stateDB: IStateDB | null,
    translator: ITranslator | null
  ): ISawlog => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('sawlog');
    const settings = new Settings();
    const sawlog = new Sawlog(app, settings, translator ?? nullTranslator, labShell === null ? 'down' : 'main');
    const { sidebar, tracker } = sawlog;
    shell.add(sidebar, 'left', { rank: 650, type: 'Log Search' });
    restorer?.add(sidebar, sidebar.id);

    commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Open Log Datasets'),
      caption: trans.__('Show the log datasets of the store in the sidebar'),
      icon: sawlogIcon,
      describedBy: NO_ARGS,
      execute: () => {
        shell.activateById(sidebar.id);
      }
    });
    commands.addCommand(CommandIDs.openSearch, {
      label: trans.__('Search Logs'),
      caption: trans.__('Search a log dataset'),
      icon: sawlogIcon,
      describedBy: { args: SEARCH_ARGS },
      execute: args => {
        sawlog.open(readArgs(args));
      }
    });
    for (const command of [CommandIDs.openSearch, CommandIDs.openPanel]) {
      palette?.addItem({ command, category: trans.__('Logs') });
    }
    void restorer?.restore(tracker, { command: CommandIDs.openSearch, args: argsOf, name: ({ id }) => id });

    const ready = settings.follow(registry, PLUGIN_ID, trans, problem => {
      const notification = Notification.warning(problem, { autoClose: false });
      return () => Notification.dismiss(notification);
    });
    if (stateDB !== null) {
      void ready.then(() => keepSidebar(stateDB, sidebar));
      keepHistory(stateDB, sawlog);
      keepColumns(stateDB, sawlog);
    }
    return sawlog;
  }
};

/** "Search with sawlog" in the file browser. */
const files: JupyterFrontEndPlugin<void> = {
  id: 'sawlog:files',
  description: 'Searches a file or a folder of the file browser.',
  autoStart: true,
  requires: [ISawlog, IFileBrowserFactory],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, sawlog: ISawlog, factory: IFileBrowserFactory, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('sawlog');
    const { contents } = app.serviceManager;
    const chosen = () => [...(factory.tracker.currentWidget?.selectedItems() ?? [])];
    app.commands.addCommand(CommandIDs.searchFile, {
      label: trans.__('Search with sawlog'),
      caption: trans.__('Search the logs in this file or folder'),
      icon: sawlogIcon,
      describedBy: { args: { type: 'object', properties: { path: { type: 'string' } } } },
      isEnabled: ({ path }) => typeof path === 'string' || chosen().length === 1,
      execute: ({ path, ...args }) => {
        const item = typeof path === 'string' ? path : chosen()[0]?.path;
        if (item !== undefined) {
          sawlog.open(readArgs({ ...args, path: contents.localPath(item) }));
        }
      }
    });
  }
};

/** What was found, into the notebook. */
const notebook: JupyterFrontEndPlugin<void> = {
  id: 'sawlog:notebook',
  description: 'Inserts cells that make a search.',
  autoStart: true,
  requires: [ISawlog, INotebookTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    sawlog: ISawlog,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('sawlog');
    sawlog.insert = async code => {
      const name = await insertCell(tracker, code);
      return name === null ? trans.__('Open a notebook first: the cell goes into it.') : trans.__('Inserted into %1', name);
    };
    const labels: Record<CodeKind, string> = {
      search: trans.__('Insert the Log Search as a Cell'),
      histogram: trans.__('Insert the Histogram of the Log Search'),
      frame: trans.__('Insert the Log Search as a DataFrame')
    };
    app.commands.addCommand(CommandIDs.insert, {
      label: ({ what }) => labels[isCodeKind(what) ? what : 'search'],
      icon: sawlogIcon,
      describedBy: { args: { type: 'object', properties: { what: { enum: Object.keys(labels) } } } },
      isEnabled: () => sawlog.current.datasetName !== null,
      execute: ({ what }) => sawlog.current.insert(isCodeKind(what) ? what : 'search')
    });
    for (const what of Object.keys(labels)) {
      palette?.addItem({ command: CommandIDs.insert, args: { what }, category: trans.__('Logs') });
    }
  }
};

/** The dashboard of builds and searches. */
const dashboard: JupyterFrontEndPlugin<void> = {
  id: 'sawlog:dashboard',
  description: 'Shows figures of builds and searches.',
  autoStart: true,
  requires: [IRenderMimeRegistry, ILabShell],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    labShell: ILabShell,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('sawlog');
    const tracker = new WidgetTracker<MainAreaWidget<DashboardWidget>>({ namespace: 'sawlog-dashboard' });
    app.commands.addCommand(CommandIDs.openDashboard, {
      label: trans.__('Open Log Dashboard'),
      caption: trans.__('Figures of builds and searches'),
      icon: sawlogIcon,
      describedBy: NO_ARGS,
      execute: async () => {
        if (tracker.currentWidget === null) {
          const { makeDashboard } = await import('./lab/dashboard');
          const { serverSettings } = app.serviceManager;
          const content = makeDashboard(serverSettings, rendermime, translator ?? nullTranslator);
          const main = new MainAreaWidget({ content });
          main.id = 'sawlog-dashboard-main';
          main.toolbar.hide();
          labShell.add(main, 'main', { type: 'Log Dashboard' });
          await tracker.add(main);
        }
        labShell.activateById('sawlog-dashboard-main');
      }
    });
    palette?.addItem({ command: CommandIDs.openDashboard, category: trans.__('Logs') });
    void restorer?.restore(tracker, { command: CommandIDs.openDashboard, name: () => 'dashboard' });
  }
};

function isCodeKind(value: unknown): value is CodeKind {
  return value === 'search' || value === 'histogram' || value === 'frame';
}

export default [search, files, notebook, dashboard];
