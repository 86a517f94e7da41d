import { LabIcon } from '@jupyterlab/ui-components';

/** A log end-on: the growth rings of a sawn trunk. */
export const sawlogIcon = new LabIcon({
  name: 'sawlog:logs',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 24 24">
  <g fill="none" stroke-linecap="round" stroke-width="2">
    <circle class="jp-icon3" stroke="#616161" cx="12" cy="12" r="9" />
    <path class="jp-icon3" stroke="#616161" d="M12 7a5 5 0 1 1-4.7 3.3" />
    <path class="jp-icon3" stroke="#616161" d="M12 12h.01" stroke-width="3.4" />
  </g>
</svg>`
});
