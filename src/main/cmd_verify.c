/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle verify`: is the database whole, and does the chain over the audit log hold? While a server runs it is asked for
 * the chain; the whole database is read only when no server has it. */
#include "main/command.h"

#include <stdio.h>
#include <string.h>

#include "main/access.h"
#include "main/options.h"
#include "step/audit_chain.h"

static void print_chain(int64_t links, int64_t erased, int64_t unsealed)
{
    printf("audit: %lld links, %lld of them of erased entries; %lld entries are not sealed yet\n", (long long)links,
           (long long)erased, (long long)unsealed);
}

static void print_head(struct str place, struct str hash)
{
    if (!str_is_none(place))
        printf("head: %.*s:%.*s\n", STR_ARG(place), STR_ARG(hash));
}

static int chain_fault(struct str fault)
{
    fprintf(stderr, "rekindle: the audit chain does not hold: %.*s\n", STR_ARG(fault));
    return EXIT_FAILED;
}

static int verify_by_server(struct access *access, const struct audit_head *known)
{
    struct json *report = NULL;
    const char *path = "/api/v1/audit/verify";
    if (!str_is_none(known->place))
        path = arena_printf(&access->arena, "%s?head=%.*s:%.*s", path, STR_ARG(known->place), STR_ARG(known->hash)).ptr;
    printf("database: not read as a whole, as a server runs on it\n");
    int code = access_call(access, "GET", path, STR_NONE, &report);
    if (code != EXIT_DONE)
        return code;
    print_chain(json_get_i64(report, "links", 0), json_get_i64(report, "erased", 0),
                json_get_i64(report, "unsealed", 0));
    if (json_get_bool(report, "holds"))
        print_head(json_get_str(report, "place"), json_get_str(report, "hash"));
    else
        code = chain_fault(json_get_str(report, "fault"));
    json_free(report);
    return code;
}

static int verify_database(struct access *access)
{
    int64_t loose = 0;
    enum rc rc = sqlite_verify(access->wired.backend, &loose);
    if (rc == RC_CORRUPT) {
        fprintf(stderr, "rekindle: the database is damaged\n");
        return EXIT_FAILED;
    }
    if (rc != RC_OK)
        return access_fault("the database cannot be read", rc);
    printf("database: whole\n");
    if (loose > 0)
        printf("database: %lld rows of clients that are not there\n", (long long)loose);
    return EXIT_DONE;
}

static int verify_chain(struct access *access, const struct audit_head *known)
{
    struct audit_report report;
    enum rc rc = audit_verify(&access->wired.env, known, &access->arena, &report);
    if (rc != RC_OK && rc != RC_CORRUPT)
        return access_fault("the audit log cannot be read", rc);
    print_chain(report.links, report.erased, report.unsealed);
    if (rc == RC_CORRUPT)
        return chain_fault(audit_fault_text(&report, &access->arena));
    print_head(report.head, report.head_hash);
    return EXIT_DONE;
}

int cmd_verify(int argc, char **argv)
{
    struct str data = STR_NONE, head = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--head",
         .value = "PLACE:HASH",
         .help = "a head printed before: the chain must have it",
         .text = &head},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle verify [--head PLACE:HASH] [--data FOLDER]",
        .text = "Reads the whole database and checks the chain over the audit log: every entry must be\n"
                "as it was sealed, in its place, or erased. Prints the head of the chain: who keeps it\n"
                "elsewhere can have it checked later. Exit code 1: something does not hold.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct audit_head known = {.place = STR_NONE};
    if (!str_is_none(head)) {
        known.hash = head;
        known.place = str_cut(&known.hash, ':');
        if (seal_number(known.place) == 0 || str_is_empty(known.hash))
            return options_fault(&usage, "'%.*s' is no head such as verify prints", STR_ARG(head));
    }
    struct access access;
    code = access_open(data, "verify", true, &access);
    if (code == EXIT_DONE && access.server) {
        code = verify_by_server(&access, &known);
    } else if (code == EXIT_DONE) {
        int database = verify_database(&access), chain = verify_chain(&access, &known);
        code = database == EXIT_DONE ? chain : database;
    }
    access_close(&access);
    return code;
}
