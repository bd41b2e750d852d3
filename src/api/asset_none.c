/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The console left out (-Dconsole=disabled, or no web/dist): an empty table, so that the program builds without Node and
 * the server answers as if no file existed. The generated table takes this file's place otherwise. */
#include "api/asset.h"

const struct asset assets[] = {{0}}; /* one unused entry: C11 has no empty arrays; asset_count is what counts */
const size_t asset_count = 0;
