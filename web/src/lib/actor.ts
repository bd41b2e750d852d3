// SPDX-License-Identifier: AGPL-3.0-or-later

/** Who did it, in words: the API names staff and keys by id only. */
export function actor(by: string, staffId: string): string {
  if (by === `staff:${staffId}`) return 'by you';
  if (by.startsWith('staff:')) return 'by a colleague';
  if (by.startsWith('key:')) return 'through an API key';
  return 'on the server’s command line';
}
