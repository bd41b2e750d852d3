// SPDX-License-Identifier: AGPL-3.0-or-later
// Compiles the brand template: MJML to HTML, then what MJML cannot say. Its directions become slots, since the language
// of an email decides them; its two stand-in colours become slots, since MJML takes no slot for a colour; and the blanks
// with which it indents go, since every email carries the template.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export const SOURCE = 'src/core/brand/template.mjml';
export const COMPILED = 'src/core/brand/template.html';

const STAND_INS = [
  ['direction:ltr', 'direction:{{direction}}'], ['text-align:left', 'text-align:{{align}}'], [' align="left"', ' align="{{align}}"'],
  ['#00c010', '{{color}}'], ['#00c011', '{{ink}}'],
  // MJML hides the preheader and writes it in white besides, which spam filters take for text hidden in its background.
  ['font-size:1px;color:#ffffff;', 'font-size:1px;color:#1f2328;'],
];

const tighten = (html) => html
  .replace(/<[^>]*>/g, (tag) => tag.replace(/\s+/g, ' ').replace(/ >$/, '>'))
  .split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n');

export async function compile(root = '.') {
  const mjml = createRequire(resolve('tests/package.json'))('mjml'); // a tool of the tests: the program is built without it
  const source = await readFile(resolve(root, SOURCE), 'utf8');
  const { html } = await (mjml.default ?? mjml)(source, { validationLevel: 'strict', keepComments: false, fonts: {}, minify: false });
  const filled = STAND_INS.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the compiled template has no ${from} any more: see STAND_INS in tools/lib/template.mjs`);
    return text.replaceAll(from, to);
  }, tighten(html));
  return `${filled}\n`;
}
