/**
 * Copying, wherever the notebook is served from.
 */

/** @throws Error where the browser does not allow it. */
export async function copy(text: string): Promise<void> {
  // The type promises it; pages that came neither over HTTPS nor from this machine have none.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) {
    await clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way on such pages
  const done = document.execCommand('copy');
  area.remove();
  if (!done) {
    throw new Error('The browser does not let this page copy.');
  }
}
