/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists: `limit` and an opaque `cursor` in, {items, next_cursor} out; and the other query parameters. A cursor is bound to
 * its list and filters, so that one of another list is refused instead of answering nonsense. */
#ifndef REKINDLE_API_PAGE_H
#define REKINDLE_API_PAGE_H

#include "api/problem.h"
#include "api/request.h"
#include "base/json.h"
#include "port/store.h"

#define PAGE_LIMIT_DEFAULT 50
#define PAGE_LIMIT_MAX 200

struct page {
    size_t limit;
    struct str cursor;      /* the list's own, decoded; absent = from the beginning */
    uint32_t scope;         /* which list and filters */
    struct store_page list; /* of page_plain */
};

/* `filters` are the values of the list's other parameters in one text. 400 naming what is wrong. */
bool page_read(const struct request *request, struct response *response, struct str filters, struct page *out);
/* store_list with its faults as problems; a cursor that the store does not know is the caller's fault (400). */
bool page_list(const struct request *request, struct response *response, struct store *store,
               const struct store_query *query, struct store_page *out);
/* Both for a list without filters, along `index`: into out->list. */
bool page_plain(const struct request *request, struct response *response, struct store *store, enum record_index index,
                struct page *out);
/* Starts {"items":[ */
void page_begin(struct response *response, struct json_out *out);
/* Starts "items":[ inside an object that is open already. */
void page_items(struct json_out *out);
/* Ends either with ],"next_cursor":…}, status 200. An absent `next` is the last page. */
void page_end(const struct request *request, struct response *response, const struct page *page, struct json_out *out,
              struct str next);

/* One parameter as text of 1 to `max` code points, absent when not given; 400 otherwise. */
bool query_text(const struct request *request, struct response *response, const char *name, size_t max,
                struct str *out);
/* One parameter as the id of a record, absent when not given; 400 when it cannot be one. */
bool query_id(const struct request *request, struct response *response, const char *name, struct str *out);
/* One parameter as a word of a list: its index, -1 when not given; 400 when it is none of them. */
bool query_word(const struct request *request, struct response *response, const char *name, const char *const *words,
                int *out);

#endif
