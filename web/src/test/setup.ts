// SPDX-License-Identifier: AGPL-3.0-or-later
// What jsdom lacks and the console needs, and a clean page after each test.
import { cleanup, configure } from '@testing-library/react';
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

/** Observers of layout: jsdom lays nothing out, so they never report. */
class FakeObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
  takeRecords = () => [];
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
Object.defineProperty(document, 'fonts', { value: new EventTarget() });
Element.prototype.scrollIntoView = () => undefined;
window.scrollTo = () => undefined;
// the virtual list asks for sizes that jsdom does not lay out
Object.defineProperty(Element.prototype, 'clientHeight', { configurable: true, value: 600 });
Object.defineProperty(Element.prototype, 'clientWidth', { configurable: true, value: 800 });

// a loaded machine is slow to render; a failed search says what it sought without printing the page
configure({
  asyncUtilTimeout: 8000,
  getElementError: (message) => new Error(message ?? 'not found'),
});

afterEach(() => {
  cleanup();
  notifications.clean();
  window.history.replaceState(null, '', '/');
});
