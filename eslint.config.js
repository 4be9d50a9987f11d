import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  // assembly/ and its specs are AssemblyScript: its own compiler, and the types check in scripts/lint.mjs, see to them.
  // boards/espruino/ is for Espruino's interpreter: test/bench/peer-language.test.ts sees to it.
  globalIgnores(['build/', 'node_modules/', 'assembly/', 'test/spec/', 'as-pect.config.js', 'boards/espruino/']),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number in a message is what it says.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Bits and ordered states are compared as numbers: the core's enums are numbers in its memory.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    // JSDoc types are checked by tsc; casts in them look unused to the rule.
    rules: { '@typescript-eslint/no-unused-vars': 'error' },
  },
);
