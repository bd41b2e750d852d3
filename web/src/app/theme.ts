// SPDX-License-Identifier: AGPL-3.0-or-later
// The one place for colour, space and type. Colours that Mantine has no name for are --rk-* variables; each pair of text
// and ground holds 4.5:1 in both schemes.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const ember: MantineColorsTuple = ['#fff4ed', '#ffe6d5', '#feccaa', '#fdac74', '#fb923c', '#f97316', '#ea580c', '#d9480f', '#c2410c', '#9a3412'];

// warm neutrals, so that Mantine's own greys sit beside the --rk-* ones
const gray: MantineColorsTuple = ['#faf9f6', '#f1eee9', '#e7e3dc', '#ddd8d0', '#cfc8be', '#a8a097', '#655f58', '#544f49', '#403c37', '#24211f'];
const dark: MantineColorsTuple = ['#d0cbc4', '#b4aea6', '#8f8880', '#6b655e', '#3a3632', '#2f2c29', '#211f1d', '#1a1917', '#161513', '#121110'];

export const theme = createTheme({
  primaryColor: 'ember',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  colors: { ember, gray, dark },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close the notice' } } },
  },
  headings: { fontWeight: '650' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
});

export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f7f6f3',
    '--mantine-color-text': '#1c1917',
    '--mantine-color-dimmed': '#655f58',
    '--mantine-color-placeholder': '#746d65',
    '--mantine-color-error': '#b42318',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-border': '#ddd8d0',
    '--mantine-color-default-hover': '#faf8f5',
    '--rk-surface': '#ffffff',
    '--rk-sub': '#faf9f6',
    '--rk-raised': '#ece8e1',
    '--rk-line': '#e7e3dc',
    '--rk-ink2': '#57514a',
    '--rk-ink3': '#6b645c',
    '--rk-ember': '#c2410c',
    '--rk-ember-soft': '#fff1e7',
    '--rk-ember-fill': '#f4a46f',
    '--rk-ok': '#0b6b62',
    '--rk-ok-soft': '#e3f3ef',
    '--rk-bad': '#b42318',
    '--rk-bad-soft': '#fdecea',
    '--rk-warn': '#8a5300',
    '--rk-warn-soft': '#fdf3dc',
    '--rk-blue': '#3657c9',
    '--rk-blue-soft': '#e9eefc',
    '--rk-tick': '#8a8178',
    '--rk-select': '#fdf3ec',
  },
  dark: {
    '--mantine-color-body': '#121110',
    '--mantine-color-text': '#f3f1ee',
    '--mantine-color-dimmed': '#a8a199',
    '--mantine-color-placeholder': '#948c83',
    '--mantine-color-error': '#ff8a7d',
    '--mantine-color-default': '#211f1d',
    '--mantine-color-default-border': '#3a3632',
    '--mantine-color-default-hover': '#2a2725',
    '--rk-surface': '#1a1917',
    '--rk-sub': '#161513',
    '--rk-raised': '#2a2724',
    '--rk-line': '#2f2c29',
    '--rk-ink2': '#bdb6ae',
    '--rk-ink3': '#9b938a',
    '--rk-ember': '#fb923c',
    '--rk-ember-soft': '#35200f',
    '--rk-ember-fill': '#a8531c',
    '--rk-ok': '#4fd1b8',
    '--rk-ok-soft': '#12312c',
    '--rk-bad': '#ff8a7d',
    '--rk-bad-soft': '#3b1815',
    '--rk-warn': '#e9b44c',
    '--rk-warn-soft': '#33280f',
    '--rk-blue': '#8aa4ff',
    '--rk-blue-soft': '#1b2444',
    '--rk-tick': '#7d756d',
    '--rk-select': '#2a1f17',
  },
});
