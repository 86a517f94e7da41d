/**
 * The searches that are open in JupyterLab, and where they are.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import { HttpDatasetsTransport } from '../transport/datasets';
import { WebSocketChannel } from '../transport/websocket';
import { writeArgs } from './args';
import type { ISearchArgs } from './args';
import type { Settings } from './settings';
import { SearchWidget } from './widget';

/** Puts code into a notebook, and says where; rejects where there is none. */
export type Insert = (code: string) => Promise<string>;

export interface ISawlog {
  readonly settings: Settings;
  readonly sidebar: SearchWidget;
  readonly tracker: WidgetTracker<MainAreaWidget<SearchWidget>>;
  /** The search that the user looked at last. */
  readonly current: SearchWidget;
  /** Set by whoever can put code into a notebook. */
  insert: Insert | undefined;
  /** Open a search, or show the one that is open where only one can be. */
  open(args: ISearchArgs): SearchWidget;
}

export const ISawlog = new Token<ISawlog>('sawlog:ISawlog', 'Opens searches of logs.');

export class Sawlog implements ISawlog {
  /** @param wideArea - Where the shell has room beside its sidebars: the main area of Notebook 7 is its document's alone. */
  constructor(
    private readonly app: JupyterFrontEnd,
    readonly settings: Settings,
    private readonly translator: ITranslator,
    private readonly wideArea: 'main' | 'down'
  ) {
    this.sidebar = this.makeWidget('left');
    this.sidebar.id = 'sawlog-datasets';
  }

  readonly sidebar: SearchWidget;

  readonly tracker = new WidgetTracker<MainAreaWidget<SearchWidget>>({ namespace: 'sawlog-search' });

  insert: Insert | undefined = undefined;

  get current(): SearchWidget {
    return this.lastUsed ?? this.tracker.currentWidget?.content ?? this.sidebar;
  }

  open(args: ISearchArgs): SearchWidget {
    // Below a document there is less room than in a main area: only who asks for it gets it.
    const wide = args.area === 'main' || (args.area === null && this.wideArea === 'main');
    const widget = wide ? this.addWide() : this.sidebar;
    widget.showSearch(args);
    this.app.shell.activateById(widget === this.sidebar ? widget.id : (widget.parent?.id ?? widget.id));
    return widget;
  }

  private addWide(): SearchWidget {
    const content = this.makeWidget('main');
    content.id = `sawlog-search-${++this.opened}`;
    const main = new MainAreaWidget({ content });
    main.id = `sawlog-search-main-${this.opened}`;
    main.title.closable = true;
    main.toolbar.hide();
    content.questionChanged.connect(() => {
      void this.tracker.save(main);
    });
    this.app.shell.add(main, this.wideArea, { type: 'Log Search' });
    void this.tracker.add(main);
    return content;
  }

  private makeWidget(area: 'left' | 'main'): SearchWidget {
    const { serverSettings } = this.app.serviceManager;
    const channel = WebSocketChannel.to(serverSettings);
    if (area === 'main') {
      channel.connectEarly(); // the shell takes as long to lay it out; the sidebar may never be looked at
    }
    const widget: SearchWidget = new SearchWidget({
      channel,
      datasets: new HttpDatasetsTransport(serverSettings),
      settings: this.settings,
      translator: this.translator,
      insert: () => this.insert,
      titled: area === 'main',
      ...(area === 'left' && {
        openWide: (from: SearchWidget) => {
          this.open({ dataset: from.datasetName, path: null, area: 'main', question: from.question });
        }
      })
    });
    widget.node.addEventListener('focusin', () => (this.lastUsed = widget));
    widget.disposed.connect(() => (this.lastUsed = this.lastUsed === widget ? null : this.lastUsed));
    return widget;
  }

  private lastUsed: SearchWidget | null = null;
  private opened = 0;
}

/** The arguments that open again what a widget of the main area shows. */
export function argsOf({ content }: MainAreaWidget<SearchWidget>): Record<string, string> {
  return { area: 'main', ...writeArgs(content.datasetName, content.question) };
}
