// SPDX-License-Identifier: AGPL-3.0-or-later
// Renders the whole console at an address, with the real router and providers.
import { render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { Providers } from '../app/providers';

/** @param address path and search, such as /clients?band=lost */
export function renderAt(address: string): UserEvent {
  window.history.replaceState(null, '', address);
  render(<Providers nonce="" />);
  return userEvent.setup();
}
