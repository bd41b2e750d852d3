/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Dates of HTTP headers, in any of the three forms of RFC 9110 section 5.6.7. Pure, any thread. */
#ifndef REKINDLE_ADAPTER_HTTPS_HTTPS_DATE_H
#define REKINDLE_ADAPTER_HTTPS_HTTPS_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* ms since 1970; false when the text is no date. */
bool https_date(struct str text, int64_t *out_ms);

#endif
