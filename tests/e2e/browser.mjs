// SPDX-License-Identifier: AGPL-3.0-or-later
// Debian's Chromium on the console of a running shop. Whatever a page says on the browser's console as an error, throws,
// or breaks of its Content-Security-Policy is kept in `faults`; a test that expects one takes it out by name.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SCREENS = path.resolve('build-check/screens');

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });

export class Visitor {
  static async come(browser, url, options = {}) {
    const visitor = new Visitor();
    visitor.url = url;
    visitor.context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce', ...options });
    visitor.context.setDefaultTimeout(15000);
    visitor.page = await visitor.context.newPage();
    visitor.faults = [];
    visitor.watch(visitor.page);
    return visitor;
  }

  watch(page) {
    page.on('console', (message) => { if (message.type() === 'error') this.faults.push(message.text()); });
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('response', (response) => { if (response.status() >= 500) this.faults.push(`${response.status()} ${response.url()}`); });
  }

  open(address) { return this.page.goto(this.url + address, { waitUntil: 'load' }); }

  async logIn(email, password) {
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  // For the eyes of people; not committed, not compared.
  async shoot(name) {
    mkdirSync(SCREENS, { recursive: true });
    await this.page.evaluate(() => globalThis.document.fonts.ready);
    await this.page.screenshot({ path: path.join(SCREENS, `${name}.png`) });
  }

  // Chromium says every answer of 400 and over on the console; the ones a test brings about are taken out by this.
  expectFault(pattern) {
    const before = this.faults.length;
    this.faults = this.faults.filter((fault) => !pattern.test(fault));
    assert.ok(this.faults.length < before, `the browser said ${pattern}`);
  }

  noFaults() { assert.deepEqual(this.faults, [], 'nothing on the console of the browser'); }

  // No fault of accessibility on the page as it is, and nothing to be scrolled sideways.
  async check(name) {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate((rules) => globalThis.axe.run(globalThis.document, { iframes: false, runOnly: rules }), RULES);
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`), [], name);
    const sideways = await this.page.evaluate(() => [...globalThis.document.querySelectorAll('html, #content')].some((one) => one.scrollWidth > one.clientWidth + 1));
    assert.equal(sideways, false, `${name} scrolls sideways`);
  }

  async leave() { await this.context.close(); }
}
