/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/edits.h"

#include "base/buf.h"

struct changes {
    struct json_out *out;
    struct arena *arena;
    size_t count;
};

/* Absent texts are null. */
static void add_change(struct changes *changes, struct str field, struct str before, struct str after)
{
    if (str_equal(before, after))
        return;
    json_begin_object(changes->out);
    json_pair_str(changes->out, "field", field);
    json_pair_str(changes->out, "before", before);
    json_pair_str(changes->out, "after", after);
    json_end_object(changes->out);
    changes->count++;
}

static struct str facts_text(const struct draft_paragraph *paragraph, struct arena *arena)
{
    struct str text = STR("");
    for (size_t i = 0; i < paragraph->fact_count; i++)
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), i > 0 ? " " : "", STR_ARG(paragraph->facts[i]));
    return text;
}

static void add_paragraph(struct changes *changes, const struct edit_entry *entry, size_t index)
{
    bool was = index < entry->before->paragraph_count, is = index < entry->after->paragraph_count;
    const struct draft_paragraph *before = &entry->before->paragraphs[index], *after = &entry->after->paragraphs[index];
    add_change(changes, arena_printf(changes->arena, "paragraphs/%zu", index), was ? before->text : STR_NONE,
               is ? after->text : STR_NONE);
    add_change(changes, arena_printf(changes->arena, "paragraphs/%zu/facts", index),
               was ? facts_text(before, changes->arena) : STR_NONE, is ? facts_text(after, changes->arena) : STR_NONE);
}

static size_t write_entry(const struct edit_entry *entry, struct arena *arena, struct json_out *out)
{
    struct changes changes = {.out = out, .arena = arena};
    json_begin_object(out);
    json_pair_str(out, "at", time_to_text(entry->at, arena));
    json_pair_str(out, "by", entry->by);
    json_key(out, "changes");
    json_begin_array(out);
    add_change(&changes, STR("subject"), entry->before->subject, entry->after->subject);
    add_change(&changes, STR("preheader"), entry->before->preheader, entry->after->preheader);
    for (size_t i = 0; i < DRAFT_PARAGRAPHS_MAX; i++)
        add_paragraph(&changes, entry, i);
    json_end_array(out);
    json_end_object(out);
    return changes.count;
}

struct str edits_append(struct str edits, const struct edit_entry *entry, struct arena *arena)
{
    struct str before = str_is_empty(edits) ? STR("[]") : str_trim(edits);
    if (!str_starts_with(before, STR("[")) || !str_ends_with(before, STR("]")))
        return edits;
    struct buf text = {0};
    struct json_out out;
    buf_add(&text, (struct str){before.ptr, before.len - 1});
    if (before.len > 2)
        buf_add_char(&text, ',');
    json_out_init(&out, &text);
    bool changed = write_entry(entry, arena, &out) > 0;
    buf_add_char(&text, ']');
    struct str result = changed ? arena_str(arena, buf_str(&text)) : edits;
    buf_clear(&text);
    return result;
}
