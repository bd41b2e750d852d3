/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A part of a page in docs/ that the program itself dictates, between <!-- NAME: begin --> and <!-- NAME: end -->. */
#ifndef REKINDLE_TESTS_GOLDEN_PAGE_H
#define REKINDLE_TESTS_GOLDEN_PAGE_H

#include "base/buf.h"

/* Fails the running test when the part of the page at `path` is not `rows`. With REKINDLE_WRITE_GOLDEN=1 it writes the rows
 * into the page instead. */
void page_holds(const char *path, const char *name, const struct buf *rows);

#endif
