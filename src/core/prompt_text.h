/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Inside of core/prompt: the words of the instructions, which belong to PROMPT_VERSION. */
#ifndef REKINDLE_CORE_PROMPT_TEXT_H
#define REKINDLE_CORE_PROMPT_TEXT_H

/* Words that stand in the instructions and nowhere else: a draft that has them repeats its instructions (core/check). */
#define PROMPT_CANARY "quillwort lantern"

extern const char PROMPT_INSTRUCTIONS[];

#endif
