/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/slots.h"

/* What names mean here: the item's slots, then those around it. */
struct scope {
    const struct slots *slots;
    const struct scope *outer; /* NULL at the outermost */
};

static const struct slot *find(const struct scope *scope, struct str name)
{
    for (; scope != NULL; scope = scope->outer)
        for (size_t i = 0; i < scope->slots->count; i++)
            if (str_equal(str_of(scope->slots->slots[i].name), name))
                return &scope->slots->slots[i];
    return NULL;
}

static struct str from(struct str text, size_t at) { return (struct str){text.ptr + at, text.len - at}; }

/* Cuts the section `name` off the front of *rest, which begins behind its opening mark. */
static bool cut_section(struct str *rest, struct str name, struct str *inside)
{
    for (size_t at = 0, found; (found = str_find(from(*rest, at), STR("{{/"))) != SIZE_MAX;) {
        at += found + 3;
        struct str mark = from(*rest, at);
        if (!str_starts_with(mark, name) || !str_starts_with(from(mark, name.len), STR("}}")))
            continue;
        *inside = (struct str){rest->ptr, at - 3};
        *rest = from(mark, name.len + 2);
        return true;
    }
    return false;
}

static enum rc fill(struct str text, const struct scope *scope, struct buf *out);

static enum rc fill_section(char sign, const struct slot *slot, struct str inside, const struct scope *scope,
                            struct buf *out)
{
    bool there = slot->count > 0 || !str_is_empty(slot->value);
    if (there != (sign == '#'))
        return RC_OK;
    if (slot->count == 0)
        return fill(inside, scope, out);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < slot->count && rc == RC_OK; i++)
        rc = fill(inside, &(struct scope){&slot->items[i], scope}, out);
    return rc;
}

/* One mark, of which `name` stands between the braces; a section is taken off *rest with its end. */
static enum rc fill_mark(struct str name, struct str *rest, const struct scope *scope, struct buf *out)
{
    char sign = name.len > 0 ? name.ptr[0] : '\0';
    struct str inside;
    bool opens = sign == '#' || sign == '^';
    if (opens)
        name = from(name, 1);
    const struct slot *slot = find(scope, name);
    if (slot == NULL || (opens && !cut_section(rest, name, &inside)))
        return RC_BUG;
    if (opens)
        return fill_section(sign, slot, inside, scope, out);
    buf_add_html(out, slot->value);
    return RC_OK;
}

/* Sections nest as the template does, which is ours: the depth is a handful. */
static enum rc fill(struct str text, const struct scope *scope, struct buf *out)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK) {
        size_t at = str_find(text, STR("{{"));
        if (at == SIZE_MAX)
            break;
        buf_add(out, (struct str){text.ptr, at});
        text = from(text, at + 2);
        size_t end = str_find(text, STR("}}"));
        if (end == SIZE_MAX)
            return RC_BUG;
        struct str name = {text.ptr, end};
        text = from(text, end + 2);
        rc = fill_mark(name, &text, scope, out);
    }
    buf_add(out, text);
    return rc;
}

enum rc slots_fill(struct str text, const struct slots *slots, struct buf *out)
{
    return fill(text, &(struct scope){slots, NULL}, out);
}
