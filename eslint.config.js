import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const envOutsideConfig = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only src/config.ts and the commands that call it read the environment.',
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.data/', 'node_modules/', '**/*.d.ts', 'examples/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-syntax': ['error', envOutsideConfig],
      'no-restricted-imports': ['error', { paths: [
        { name: '@nestjs/common', importNames: ['forwardRef'], message: 'Cycles are mended, not hidden.' },
        { name: 'jest', message: 'Use the globals.' },
      ] }],
    },
  },
  { files: ['src/config.ts', 'src/main.ts', 'src/operate.ts', 'test/**', 'bench/**'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['test/**/*.ts', '**/*.spec.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs'], ...tseslint.configs.disableTypeChecked, languageOptions: { ...tseslint.configs.disableTypeChecked.languageOptions, globals: { module: 'writable', process: 'readonly', require: 'readonly' } } },
);
