/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The words of the change log. */
#include "core/change.h"

const char *const CHANGE_OP_WORDS[] =
    {[CHANGE_PUT] = "put", [CHANGE_DELETE] = "delete", [CHANGE_LOAD] = "load", [CHANGE_LOAD + 1] = NULL};
