// SPDX-License-Identifier: AGPL-3.0-or-later
// Gives the reader a file that the page has made.

/** Saves `value` as JSON, indented for eyes, where the browser keeps its downloads. */
export function saveJson(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after the click; of an address that is gone by then it would save nothing.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
