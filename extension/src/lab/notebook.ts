/**
 * Puts code into the notebook that the user works in.
 */

import type { INotebookTracker } from '@jupyterlab/notebook';

/**
 * Inserts a code cell below the active one and makes it the active one; it is not run.
 *
 * @returns the name of the notebook, or null where none is open.
 */
export async function insertCell(tracker: INotebookTracker, code: string): Promise<string | null> {
  const panel = tracker.currentWidget;
  if (panel === null) {
    return null;
  }
  await panel.context.ready;
  const { NotebookActions } = await import('@jupyterlab/notebook');
  const { content } = panel;
  const active = content.activeCell;
  // A fresh notebook begins with an empty cell: it is there to be filled.
  if (active?.model.type !== 'code' || active.model.sharedModel.getSource().trim() !== '') {
    NotebookActions.insertBelow(content);
  }
  content.activeCell?.model.sharedModel.setSource(code.trimEnd());
  if (content.activeCell !== null) {
    void content.scrollToItem(content.activeCellIndex);
  }
  return panel.title.label;
}
