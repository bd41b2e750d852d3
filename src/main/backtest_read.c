/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/backtest_read.h"

#include "base/time_text.h"
#include "core/currency.h"
#include "core/order.h"
#include "main/import_columns.h"

#define CLIENT_ID_BYTES_MAX 128
#define DAY_TEXT_BYTES 10 /* 2026-11-24 */
#define CURRENCY_BYTES 3

enum { CLIENT_ID, ORDERED_AT, TOTAL, CURRENCY, STATUS, AUTOMATIC };
static const struct import_kind KIND = {
    "orders",
    RECORD_ORDER,
    {[CLIENT_ID] = {"client_id", "client_id", IMPORT_TEXT, true},
     [ORDERED_AT] = {"ordered_at", "ordered_at", IMPORT_TIME, true},
     [TOTAL] = {"total", "total_minor", IMPORT_MONEY, false},
     [CURRENCY] = {"currency", "currency", IMPORT_TEXT, false},
     [STATUS] = {"status", "status", IMPORT_WORD, false},
     [AUTOMATIC] = {"automatic", "automatic", IMPORT_YESNO, false},
     /* known to the import, not needed here */
     {"order_id", "id", IMPORT_TEXT, false},
     {"category", "items", IMPORT_CATEGORY, false}},
};

struct reader {
    struct backtest_file *file;
    struct import_header header;
    const struct csv_row *row;
    char currency[CURRENCY_BYTES]; /* of the first row that names one */
};

static struct str cell(const struct reader *reader, size_t column)
{
    size_t at = reader->header.at[column];
    return at == SIZE_MAX ? STR("") : str_trim(reader->row->fields[at]);
}

/* --- cells ---------------------------------------------------------------------------------------------------------- */
static bool has_zone(struct str text)
{
    struct str time = {text.ptr + DAY_TEXT_BYTES, text.len - DAY_TEXT_BYTES};
    return str_contains(time, STR("Z")) || str_contains(time, STR("+")) || str_contains(time, STR("-"));
}

/* A day of the shop; of an instant that says no zone the day as it is written. */
static const char *read_day(const struct reader *reader, int32_t *day)
{
    static const char *const WRONG = "ordered_at must be a day such as 2026-11-24 or an instant such as "
                                     "2026-11-24T09:12:00Z";
    struct str text = cell(reader, ORDERED_AT), zone = reader->file->time_zone;
    int64_t at_ms;
    if (str_is_empty(text))
        return "ordered_at is missing";
    if (text.len > DAY_TEXT_BYTES && !has_zone(text)) {
        char sep = text.ptr[DAY_TEXT_BYTES];
        text.len = sep == 'T' || sep == ' ' ? DAY_TEXT_BYTES : 0;
    }
    if (time_from_text_or_day(text, text.len == DAY_TEXT_BYTES ? STR("UTC") : zone, &at_ms) != RC_OK)
        return WRONG;
    if (at_ms > reader->file->latest_ms)
        return "ordered_at lies in the future";
    *day = (int32_t)time_day(at_ms, text.len == DAY_TEXT_BYTES ? STR("UTC") : zone);
    return *day < REPLAY_DAY_FIRST ? "ordered_at lies before 1980" : NULL;
}

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

/* An amount with more decimals than the currency has: cut to one more, then rounded half up. */
static bool round_money(struct str text, struct str currency, int64_t *minor)
{
    struct str rest = text, whole = str_cut(&rest, '.');
    size_t digits = (size_t)(currency_exponent(currency) < 0 ? 2 : currency_exponent(currency));
    if (str_is_none(rest) || rest.len <= digits || !is_digits(rest) || !is_digits(whole))
        return false;
    size_t keep = digits > 0 ? whole.len + 1 + digits : whole.len;
    if (money_from_text((struct str){text.ptr, keep}, currency, minor) != RC_OK)
        return false;
    *minor += rest.ptr[digits] >= '5';
    return true;
}

/* The value in the shop's minor units; I64_NONE when there is none or it is in another currency. */
static const char *read_value(struct reader *reader, int64_t *value)
{
    struct backtest_file *file = reader->file;
    struct str total = cell(reader, TOTAL), currency = cell(reader, CURRENCY);
    *value = I64_NONE;
    if (!str_is_empty(currency) && currency_exponent(currency) < 0)
        return "currency must be a code of ISO 4217 such as EUR";
    if (str_is_none(file->currency) && !str_is_empty(currency)) {
        for (size_t i = 0; i < CURRENCY_BYTES; i++)
            reader->currency[i] = currency.ptr[i];
        file->currency = (struct str){reader->currency, CURRENCY_BYTES};
    }
    struct str own = str_is_none(file->currency) ? STR("USD") : file->currency;
    if (str_is_empty(total) || (!str_is_empty(currency) && !str_equal(currency, own)))
        return NULL;
    if (money_from_text(total, own, value) != RC_OK && !round_money(total, own, value))
        return "total must be an amount such as 12.50";
    if (*value < 0 || *value > MONEY_MAX_MINOR)
        return "total must be from 0 to 1000000000000 of the smallest unit (cents)";
    return NULL;
}

static const char *read_status(const struct reader *reader, struct order *order)
{
    struct str status = cell(reader, STATUS), automatic = cell(reader, AUTOMATIC);
    order->status = ORDER_PLACED;
    order->automatic = str_equal_nocase(automatic, STR("true")) || str_equal_nocase(automatic, STR("yes")) ||
                       str_equal(automatic, STR("1"));
    if (str_is_empty(status))
        return NULL;
    for (int i = 0; ORDER_STATUS_WORDS[i]; i++)
        if (str_equal_nocase(status, str_of(ORDER_STATUS_WORDS[i]))) {
            order->status = i;
            return NULL;
        }
    return "status must be placed, shipped, cancelled or returned";
}

/* --- rows ------------------------------------------------------------------------------------------------------------ */
/* NULL, or what is wrong with the row. */
static const char *read_row(struct reader *reader, struct replay_builder *builder)
{
    struct order order = {.status = ORDER_PLACED};
    int32_t day = 0;
    if (reader->row->fault)
        return reader->row->fault;
    if (reader->row->count != reader->header.width)
        return "has not as many fields as the header";
    struct str client = cell(reader, CLIENT_ID);
    if (str_is_empty(client) || client.len > CLIENT_ID_BYTES_MAX)
        return "client_id must have 1 to 128 bytes";
    const char *fault = read_day(reader, &day);
    fault = fault ? fault : read_value(reader, &order.total_shop_minor);
    fault = fault ? fault : read_status(reader, &order);
    if (fault)
        return fault;
    if (order_is_visit(&order)) {
        replay_add(builder, client, day, order_value_minor(&order));
        reader->file->counted++;
    } else {
        reader->file->not_counted++;
    }
    return NULL;
}

static void reject(struct backtest_file *file, int64_t line, const char *why)
{
    if (file->rejected < BACKTEST_REJECTS_SHOWN)
        file->rejects[file->rejected] = (struct backtest_reject){line, str_of(why)};
    file->rejected++;
}

static enum rc read_rows(struct csv *csv, struct reader *reader, struct replay_builder *builder)
{
    struct csv_row row;
    enum rc rc;
    reader->row = &row;
    while ((rc = csv_next(csv, &row)) == RC_OK) {
        const char *why = read_row(reader, builder);
        reader->file->rows++;
        if (why)
            reject(reader->file, row.line, why);
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc backtest_read(struct backtest_file *file, struct replay_builder *builder, struct arena *arena, struct str *why)
{
    struct reader reader = {.file = file};
    struct csv csv;
    struct csv_row row;
    csv_init(&csv, file->read, file->read_ctx);
    enum rc rc = csv_next(&csv, &row);
    if (rc == RC_NOT_FOUND) {
        *why = STR("the file is empty");
        rc = RC_INVALID;
        goto done;
    }
    if (rc == RC_OK)
        rc = import_header_read(&KIND, &row, file->maps, arena, &reader.header, why);
    if (rc != RC_OK)
        goto done;
    file->ignored = reader.header.ignored;
    rc = read_rows(&csv, &reader, builder);
done:
    if (rc != RC_OK && rc != RC_INVALID)
        *why = rc == RC_CORRUPT ? STR("the gzip stream is damaged or cut short") : STR("cannot be read");
    file->currency = str_is_none(file->currency) ? STR("USD") : arena_str(arena, file->currency);
    csv_clear(&csv);
    return rc;
}
