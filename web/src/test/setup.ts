// SPDX-License-Identifier: AGPL-3.0-or-later
// What jsdom lacks and the console needs, and a clean page after each test.
import { cleanup } from '@testing-library/react';
import { notifications } from '@mantine/notifications';
import { afterEach, vi } from 'vitest';

class FakeEventSource extends EventTarget {
  static instances: FakeEventSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    super();
    FakeEventSource.instances.push(this);
  }
  close(): void {
    FakeEventSource.instances = FakeEventSource.instances.filter((s) => s !== this);
  }
}

/** Sends a live event to every open stream of the page. */
export function emitLive(name: string): void {
  for (const source of FakeEventSource.instances) source.dispatchEvent(new Event(name));
}

class FakeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}

vi.stubGlobal('EventSource', FakeEventSource);
vi.stubGlobal('ResizeObserver', FakeObserver);
vi.stubGlobal('IntersectionObserver', FakeObserver);
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
}));
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;
// the virtual list asks for sizes that jsdom does not lay out
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, value: 600 });
Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { configurable: true, value: 800 });

afterEach(() => {
  cleanup();
  notifications.clean();
  window.history.replaceState(null, '', '/');
});
