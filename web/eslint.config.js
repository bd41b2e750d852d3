// SPDX-License-Identifier: AGPL-3.0-or-later
// Strict types, no any, and the arrows of the layout: api, lib, components -> features -> app. Features never import each
// other; their zones are made by listing the folder, so a new feature needs no edit here.
import fs from 'node:fs';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = fs.readdirSync(new URL('src/features', import.meta.url));
const shared = ['api', 'lib', 'components'];

const zones = [
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: './src/features',
    except: [`./${feature}`],
    message: 'Features never import each other; what two of them use lives in components/ or lib/.',
  })),
  ...shared.map((folder) => ({
    target: `./src/${folder}`,
    from: './src/features',
    message: 'Shared code knows no feature.',
  })),
  { target: ['./src/features', './src/components'], from: './src/app', except: ['./paths.ts'], message: 'Only app/paths.ts may be imported from app/.' },
  { target: ['./src/api', './src/lib'], from: './src/app', message: 'api/ and lib/ know nothing above them.' },
  { target: './src/api', from: ['./src/lib', './src/components'], message: 'api/ knows nothing above it.' },
  { target: './src/lib', from: './src/components', message: 'lib/ knows no component.' },
];

export default tseslint.config(
  { ignores: ['dist', 'src/api/gen', 'node_modules'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.mjs', '.css'] })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-cycle': 'error',
      'max-lines': ['error', 300],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.strict],
  },
);
