/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef REKINDLE_MAIN_EXPORT_TAGS_H
#define REKINDLE_MAIN_EXPORT_TAGS_H

/* `rekindle export tags`: CSV on stdout; an exit code. */
int export_tags(int argc, char **argv);

#endif
