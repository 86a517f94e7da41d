/**
 * Puts the panels into JupyterLab: the models' states in, the user's wishes out.
 */

import { Clipboard, Dialog, showDialog } from '@jupyterlab/apputils';
import type { ITranslator } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Debouncer } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { DatasetsPanel } from '../panels/DatasetsPanel';
import { formatter, localeOf } from '../panels/format';
import { actionsOf } from '../panels/search/actions';
import type { ISearchActions } from '../panels/search/contract';
import { homeOf, keepFocus } from '../panels/search/focus';
import { SearchPanel } from '../panels/search/SearchPanel';
import { visible } from '../panels/text';
import { titleOf } from '../store/datasets';
import { DatasetsModel } from '../store/model';
import { failureOf } from '../store/requests';
import { SearchModel } from '../store/search';
import type { IQuestion } from '../store/state';
import type { IChannel } from '../transport/channel';
import type { IDatasetsTransport } from '../transport/datasets';
import type { CodeKind, Hit } from '../wire';
import type { ISearchArgs } from './args';
import { sawlogIcon } from './icon';
import { SAVE_DELAY } from './restore';
import type { Settings } from './settings';

export interface ISearchWidgetOptions {
  readonly channel: IChannel;
  readonly datasets: IDatasetsTransport;
  readonly settings: Settings;
  readonly translator: ITranslator;
  /** What puts code into a notebook and tells the user where, if there is such a thing. */
  readonly insert: () => ((code: string) => Promise<string>) | undefined;
  /** Its title says which dataset it shows: the sidebar has an icon only. */
  readonly titled: boolean;
  /** Opens the same search where it has more room. */
  readonly openWide?: (widget: SearchWidget) => void;
}

/** The datasets, and the search of the one that was chosen. */
export class SearchWidget extends ReactWidget {
  constructor(private readonly options: ISearchWidgetOptions) {
    super();
    this.datasets = new DatasetsModel(options.datasets);
    this.model = new SearchModel(options.channel);
    this.trans = options.translator.load('sawlog');
    this.addClass('jp-Sawlog-panel');
    this.endFocus = keepFocus(this.node);
    this.title.icon = sawlogIcon;
    this.updateTitle();
    this.actions = this.makeActions();
    this.actionsWithInsert = { ...this.actions, insert: what => void this.insert(what) };
    this.datasets.stateChanged.connect(() => this.update());
    this.model.stateChanged.connect(() => this.onState());
    options.settings.changed.connect(this.onSettings);
    this.onSettings();
  }

  readonly model: SearchModel;

  /** Another dataset or question is shown, for a moment already: what is to be restored has changed. */
  get questionChanged(): ISignal<this, void> {
    return this._questionChanged;
  }

  /** The dataset that is shown, or will be when the widget is. */
  get datasetName(): string | null {
    return this._later?.dataset ?? this.model.state.dataset;
  }

  get question(): IQuestion {
    return { ...this.model.state.question, ...this._later?.question };
  }

  /** Show what the arguments say, as soon as somebody looks. */
  showSearch(args: ISearchArgs): void {
    this._later = args;
    this.updateTitle();
    if (this.isVisible) {
      this.showNow();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.options.settings.changed.disconnect(this.onSettings);
    this.endFocus();
    this.tellQuestion.dispose();
    this.datasets.dispose();
    this.model.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const { state } = this.model;
    const { timeZone, levelColors } = this.options.settings.current;
    const format = this.formatter(timeZone);
    if (state.dataset === null) {
      return (
        <DatasetsPanel
          dropping={state.dropping}
          format={format}
          opening={state.opening}
          state={this.datasets.state}
          trans={this.trans}
          onAdd={path => void this.model.openPath(path)}
          onChoose={dataset => this.model.open(dataset)}
          onCopy={text => Clipboard.copyToSystem(text)}
          onDrop={(dataset, title) => void this.drop(dataset, title)}
          onRefresh={() => void this.datasets.refresh()}
        />
      );
    }
    return (
      <SearchPanel
        key={state.dataset}
        actions={this.options.insert() === undefined ? this.actions : this.actionsWithInsert}
        format={format}
        levelColors={levelColors}
        state={state}
        trans={this.trans}
      />
    );
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.seen(true);
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.seen(false);
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.seen(this.isVisible);
  }

  protected override onBeforeDetach(msg: Message): void {
    this.seen(false);
    super.onBeforeDetach(msg);
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    homeOf(this.node)?.focus();
  }

  /** A cell made of the present question, into the notebook. */
  async insert(what: CodeKind): Promise<void> {
    const put = this.options.insert();
    try {
      const code = await this.model.code(what, this.options.settings.current.rowLimit);
      if (code !== null && put !== undefined) {
        this.model.notify(await put(code));
      }
    } catch (error) {
      this.model.notify(failureOf(error).message);
    }
  }

  private async drop(dataset: string, title: string): Promise<void> {
    const { button } = await showDialog({
      title: this.trans.__('Delete the index of %1?', visible(title)),
      body: this.trans.__('The logs stay, and can be indexed again. What was saved in it, such as the selection, is lost.'),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: this.trans.__('Delete'), caption: this.trans.__('Delete the index') })
      ],
      defaultButton: 0
    });
    if (button.accept && !this.isDisposed) {
      await this.model.drop(dataset);
      await this.datasets.refresh();
    }
  }

  private seen(isSeen: boolean): void {
    this._visible = isSeen;
    if (isSeen && this._later !== null) {
      this.showNow();
    }
    this.datasets.visible = isSeen && this.model.state.dataset === null;
  }

  private showNow(): void {
    const args = this._later;
    this._later = null;
    if (args === null) {
      return;
    }
    this.model.open(args.path === null ? args.dataset : null, args.question);
    if (args.path !== null) {
      void this.model.openPath(args.path, args.question);
    }
  }

  private onState(): void {
    const { dataset, generation } = this.model.state;
    this.updateTitle();
    if (generation !== this._generation) {
      this._generation = generation;
      void this.tellQuestion.invoke();
      this.datasets.visible = this._visible && dataset === null;
    }
    this.update();
  }

  private updateTitle(): void {
    const { datasetName, title, trans } = this;
    if (this.options.titled) {
      title.label = datasetName === null ? trans.__('Log search') : titleOf(datasetName);
    }
    title.caption = this.options.titled && datasetName !== null ? datasetName : trans.__('Log search (sawlog)');
  }

  private readonly onSettings = (): void => {
    const { defaultRange, refreshInterval } = this.options.settings.current;
    this.datasets.interval = refreshInterval;
    this.model.firstRange = defaultRange;
    this.update();
  };

  private formatter(timeZone: string) {
    if (this._format?.timeZone !== timeZone) {
      this._format = formatter(localeOf(this.options.translator.languageCode), timeZone);
    }
    return this._format;
  }

  private makeActions(): ISearchActions {
    const { openWide } = this.options;
    return {
      ...actionsOf(this.model),
      onlyPattern: hit => void this.onlyPattern(hit),
      copyHit: hit => void this.copyHit(hit),
      chooseDataset: () => this.model.open(null),
      ...(openWide && { openWide: () => openWide(this) })
    };
  }

  private async onlyPattern(hit: Hit): Promise<void> {
    try {
      if (!(await this.model.onlyPattern(hit))) {
        this.model.notify(this.trans.__('No query finds exactly the records of this pattern.'));
      }
    } catch (error) {
      this.model.notify(failureOf(error).message);
    }
  }

  private async copyHit(hit: Hit): Promise<void> {
    try {
      Clipboard.copyToSystem(await this.model.records.textOf(hit));
      this.model.notify(this.trans.__('The record is in the clipboard.'));
    } catch (error) {
      this.model.notify(failureOf(error).message);
    }
  }

  private readonly actions: ISearchActions;
  private readonly actionsWithInsert: ISearchActions;
  private readonly datasets: DatasetsModel;
  private readonly endFocus: () => void;
  private readonly trans;
  private readonly tellQuestion = new Debouncer(() => this._questionChanged.emit(), SAVE_DELAY);
  private readonly _questionChanged = new Signal<this, void>(this);
  private _format: ReturnType<typeof formatter> | undefined;
  private _generation = 0;
  private _later: ISearchArgs | null = null;
  private _visible = false;
}
