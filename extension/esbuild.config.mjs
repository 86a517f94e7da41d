// Makes the widget's bundle, which ships in the Python package: the panel's components with React and their style.

import { readFile } from 'node:fs/promises';

import { build } from 'esbuild';

/** JupyterLab's variables with what stands in for them where there is no JupyterLab; style/widget.css says it. */
const standIns = {
  name: 'stand-ins',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/var\(--jp-(?!Sawlog)([\w-]+)\)/g, 'var(--jp-$1, var(--sawlog-$1))'),
      loader: 'css'
    }));
  }
};

await build({
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  entryPoints: [
    { in: 'src/widget/index.ts', out: 'explorer' },
    { in: 'style/widget.css', out: 'explorer' }
  ],
  format: 'esm',
  legalComments: 'eof',
  logLevel: 'warning',
  minify: true,
  outdir: '../kernel_lib/sawlog/widgets/static',
  plugins: [standIns],
  target: ['es2022', 'chrome115', 'firefox115', 'safari16.4']
});
