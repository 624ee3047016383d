// The import rule, one way: apps → sessions → ivs | chat → live → platform → contracts (ARCHITECTURE.md).
const LAYERS = ['contracts', 'platform', 'live', ['ivs', 'chat'], 'sessions'];
const above = (index) =>
  LAYERS.slice(index + 1)
    .flat()
    .join('|');
const layerRules = LAYERS.map((layer, index) => ({
  name: `${[layer].flat().join('-and-')}-imports-downwards`,
  severity: 'error',
  from: { path: `^libs/(${[layer].flat().join('|')})/` },
  to: { path: `^(apps/|libs/(testing|${above(index) || 'testing'})/)` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^(apps|libs)' }, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'contracts-holds-zod-and-types-only',
      severity: 'error',
      from: { path: '^libs/contracts' },
      to: { pathNot: '^(libs/contracts|node_modules/zod)' },
    },
    ...layerRules,
    { name: 'ivs-not-chat', severity: 'error', from: { path: '^libs/ivs/' }, to: { path: '^libs/chat/' } },
    { name: 'chat-not-ivs', severity: 'error', from: { path: '^libs/chat/' }, to: { path: '^libs/ivs/' } },
    { name: 'libs-not-apps', severity: 'error', from: { path: '^libs' }, to: { path: '^apps' } },
    {
      name: 'apps-isolated',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'cross-lib-by-name-only',
      comment: 'use #lib, not ../../lib',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^libs/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'not-to-dev-dep',
      severity: 'error',
      // The launcher and libs/testing run on developers' machines only; production images hold neither.
      from: { path: '^(apps|libs)', pathNot: '(\\.spec\\.ts$|^libs/testing/|^apps/launcher/)' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The console's pages are for browsers: their imports are URLs.
    exclude: { path: '^(libs/platform/src/generated|apps/console/public)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
