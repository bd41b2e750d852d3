/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The program `rekindle`: one table of commands. Each command reads its own options and the configuration, and wires only
 * the parts that it needs. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "main/command.h"

static const struct command COMMANDS[] = {
    {"serve", "run everything on one machine: API, console, steps, mail", cmd_serve},
    {"demo", "a simulated shop with a live story, on a fresh data folder", cmd_demo},
    {"import", "load clients, orders, products or suppressions from a CSV file", cmd_import},
    {"backtest", "replay a history of orders: what Rekindle would have done", cmd_backtest},
    {"eval", "how well the checks tell drafts apart, and how well a writer writes", cmd_eval},
    {"prompt", "show what would be asked of the model for a client", cmd_prompt},
    {"simulate", "write a realistic order history as CSV", cmd_simulate},
    {"staff", "add, list or disable the people who sign in to the console", cmd_staff},
    {"key", "create, list or revoke API keys", cmd_key},
    {"jobs", "list dead letters, redrive or dismiss them", cmd_jobs},
    {"backup", "copy the database and the keys, also while the server runs", cmd_backup},
    {"restore", "put a backup into an empty data folder", cmd_restore},
    {"verify", "check the database and the chain over the audit log", cmd_verify},
    {"erase", "erase a person, with a receipt", cmd_erase},
    {"export", "everything kept of a person, as JSON", cmd_export},
    {"bounce", "take a bounce, complaint or unsubscribe by mail from standard input", cmd_bounce},
    {"doctor", "check the mail set-up from here, and send a test message", cmd_doctor},
    {"config", "print every setting with its value, its source and its meaning", cmd_config},
    {"version", "print the version", cmd_version},
};

static const char ABOUT[] =
    "Rekindle notices, client by client, when a person drifts away from a shop, writes that person one\n"
    "grounded email, lets the staff approve it, sends it exactly once, and proves with a holdout whether it helped.\n"
    "Settings come from the environment: `rekindle config` lists them.";

int main(int argc, char **argv)
{
    hash_init();
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return cmd_version(1, argv + 1);
    return command_dispatch("rekindle", ABOUT, COMMANDS, sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}
