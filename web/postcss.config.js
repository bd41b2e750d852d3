// SPDX-License-Identifier: AGPL-3.0-or-later
// light-dark() and the rem and breakpoint mixins of Mantine, for the CSS modules.
export default { plugins: { 'postcss-preset-mantine': {} } };
