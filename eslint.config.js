import tseslint from 'typescript-eslint'

// Rows 0-8 of the design: deterministic, no I/O. The same words stand in tools/check/purity.mjs.
const pure = ['packages/base/*/src/**/*.ts', 'packages/layer1/*/src/**/*.ts', 'packages/layer2/*/src/**/*.ts']
const tests = [
  '**/*.test.ts',
  '**/*.sim.ts',
  '**/*.fuzz.ts',
  '**/*.bench.ts',
  'packages/testing/**/*.ts',
  '**/test/**',
  '**/interop/**',
  '**/testdata/**',
]

export default tseslint.config(
  { ignores: ['**/dist/**', '**/bundle/**', '**/node_modules/**', '**/.turbo/**'] },
  ...tseslint.configs.strict.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes it the honest form after a bound check
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: pure,
    ignores: tests,
    rules: {
      'no-restricted-globals': [
        'error',
        'Buffer',
        'Date',
        'process',
        'fetch',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
        'crypto',
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      'no-restricted-imports': ['error', { patterns: ['node:*'] }],
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[async=true]',
          message: 'Pure rows have no async.',
        },
      ],
    },
  },
  { files: [...tests, 'apps/**/*.ts'], rules: { 'no-console': 'off' } },
)
