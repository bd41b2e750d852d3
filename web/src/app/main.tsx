// SPDX-License-Identifier: AGPL-3.0-or-later
// The entry: hands the CSP nonce to the two libraries that add style elements, then renders.
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './mantine-styles';
import './global.css';
import { Providers } from './providers';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers nonce={nonce} />
  </StrictMode>,
);
