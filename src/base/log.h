/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Structured log lines on stderr: `2026-11-24T18:03:11.250Z info change_relayed seq=12 jobs=3`. A fixed event word, then
 * key=value. Values with blanks or quotes are quoted and escaped; newlines never get through. Never names, addresses,
 * tokens or mail text. error = a person must act, warn = it healed. Self-locking, any thread. core/ never logs. */
#ifndef REKINDLE_BASE_LOG_H
#define REKINDLE_BASE_LOG_H

#include "base/rc.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
enum rc log_level_from(struct str name, enum log_level *out); /* error, warn, info, debug */

/* `format` makes the key=value part; use LOG_STR for slices: log_info("order_stored", "id=" LOG_STR, LOG_ARG(id)). Only a
 * blank of the format ends a value, so values need no quotes in it; NULL or "" for none. Bytes that are not printable ASCII
 * show as \xNN, a value is cut at 1,024 bytes. errno is left as it was. */
#define LOG_STR "%.*s"
#define LOG_ARG(s) STR_ARG(s)
void log_error(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
