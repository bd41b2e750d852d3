/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "golden/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void read_page(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char block[4096];
    for (size_t n = fread(block, 1, sizeof block, file); n > 0; n = fread(block, 1, sizeof block, file))
        buf_add(out, (struct str){block, n});
    assert_int_equal(fclose(file), 0);
}

static void write_page(const char *path, const struct buf *page)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(page->ptr, 1, page->len, file), page->len);
    assert_int_equal(fclose(file), 0);
}

void page_holds(const char *path, const char *name, const struct buf *rows)
{
    struct buf page = {0}, mark = {0}, made = {0};
    read_page(path, &page);
    buf_printf(&mark, "<!-- %s: begin -->\n", name);
    size_t begin = str_find(buf_str(&page), buf_str(&mark)) + mark.len;
    mark.len = 0;
    buf_printf(&mark, "<!-- %s: end -->", name);
    size_t end = str_find(buf_str(&page), buf_str(&mark));
    assert_true(begin < page.len && end < page.len && begin <= end);
    if (getenv("REKINDLE_WRITE_GOLDEN") != NULL) {
        buf_add(&made, (struct str){page.ptr, begin});
        buf_add(&made, buf_str(rows));
        buf_add(&made, (struct str){page.ptr + end, page.len - end});
        write_page(path, &made);
    } else {
        assert_true(str_equal((struct str){page.ptr + begin, end - begin}, buf_str(rows)));
    }
    buf_clear(&page);
    buf_clear(&mark);
    buf_clear(&made);
}
