// JupyterLab and what it stands on are published as ES modules, which jest 29 does not read.
const modules = ['@jupyter', '@jupyterlab', '@lumino', '@microsoft', '@rjsf', 'exenv-es6', 'lib0', 'lodash-es', 'nanoid'];

module.exports = {
  moduleNameMapper: { '\\.svg$': '<rootDir>/test/support/svg.js' },
  setupFiles: ['<rootDir>/test/support/setup.js'],
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.spec.{ts,tsx}'],
  transform: {
    '\\.(js|ts|tsx)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' } }]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${modules.join('|')}|y-.*|yjs|vscode-.*)/)`],
  testTimeout: 30_000 // for a busy machine; nothing waits longer than it must
};
