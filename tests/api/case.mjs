// SPDX-License-Identifier: AGPL-3.0-or-later
// What cases of several nouns are made of; see cases.mjs.
import assert from 'node:assert/strict';
import { exampleBody, operation } from './spec.mjs';

export const simple = (query = {}) => ({ make: () => ({ query }) });
export const example = (id) => exampleBody(operation(id));

export const page = (look) => (answer, ...rest) => {
  assert.ok(Array.isArray(answer.json.items), 'items');
  return look?.(answer.json.items, ...rest);
};
export const notEmpty = page((items) => assert.ok(items.length > 0, 'the seed has some'));
