const order = ['platform', 'audit', 'mail', 'tenants', 'auth', 'terminology', 'drugs', 'patients', 'emergency', 'clinical', 'documents', 'consents', 'families', 'messages', 'prescriptions', 'schedules', 'appointments', 'links', 'billing', 'claims', 'merges', 'imports', 'timeline', 'copies', 'alerts'];
const modules = order.slice(1).join('|');
const within = (name) => `^src/${name}/`;

/** Downward only: each module may import those before it. */
const downward = order.flatMap((name, index) =>
  order.slice(index + 1).map((later) => ({
    name: `${name}-does-not-know-${later}`, severity: 'error',
    from: { path: within(name) }, to: { path: within(later) },
  })));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    ...downward,
    {
      name: 'modules-meet-at-their-doors', severity: 'error',
      comment: 'Across modules only *.module, *.reader, *.writer and *.model may be imported; platform is for everybody.',
      from: { path: `^src/(${modules})/`, pathNot: '\\.spec\\.ts$' },
      to: { path: `^src/(${modules})/`, pathNot: ['^src/$1/', '\\.(module|reader|writer|model)\\.ts$'] },
    },
    {
      name: 'typeorm-stays-with-data', severity: 'error',
      from: { path: '^src/', pathNot: ['\\.(entity|service|reader)\\.ts$', '^src/audit/', '^src/platform/database/', '^src/auth/auth-db\\.ts$'] },
      to: { path: 'node_modules/typeorm' },
    },
    {
      name: 'pg-stays-with-data', severity: 'error',
      from: { path: `^src/(${modules})/`, pathNot: '\\.service\\.ts$' },
      to: { path: 'node_modules/pg/' },
    },
    { name: 'the-product-does-not-know-its-tests', severity: 'error', from: { path: '^(src|migrations)/' }, to: { path: '^(test|bench)/' } },
    { name: 'only-the-operator-acts-as-owner', severity: 'error', from: { path: `^src/(platform|${modules})/` }, to: { path: '^src/(operator|demo)/' } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '\\.json$'] }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
