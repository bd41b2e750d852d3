// SPDX-License-Identifier: AGPL-3.0-or-later
// Text as it is read: a space that does not break is a space.

/** Of an element or an attribute; nothing is the empty text. */
export const plain = (text: string | null | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');
