/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The main job, told as stories. Compiled once, run on every store. */
#include "story.h"

int main(void) { return notice_stories() + mail_stories(); }
