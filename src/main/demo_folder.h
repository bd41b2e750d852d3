/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef REKINDLE_MAIN_DEMO_FOLDER_H
#define REKINDLE_MAIN_DEMO_FOLDER_H

#include "base/arena.h"
#include "base/rc.h"

/* Makes `path` an empty folder with the demo's mark in it. One that has the mark is emptied, unless a demo runs on it; any
 * other that is not empty is somebody's data: RC_DENIED with a sentence in *why. RC_BUSY, RC_IO likewise. */
enum rc demo_folder_renew(struct str path, struct arena *arena, struct str *why);

#endif
