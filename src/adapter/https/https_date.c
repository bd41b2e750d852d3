/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/https/https_date.h"

#include <curl/curl.h>
#include <string.h>

#define DATE_MAX_BYTES 64

bool https_date(struct str text, int64_t *out_ms)
{
    char copy[DATE_MAX_BYTES + 1];
    if (text.len == 0 || text.len > DATE_MAX_BYTES)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    int64_t seconds = (int64_t)curl_getdate(copy, NULL);
    if (seconds < 0)
        return false;
    *out_ms = seconds * 1000;
    return true;
}
