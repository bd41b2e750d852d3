/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A folder of its own for a test, gone afterwards. Header only, for the tests of this folder. */
#ifndef REKINDLE_MAIN_TEST_FOLDER_H
#define REKINDLE_MAIN_TEST_FOLDER_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct test_folder {
    char path[64];
    char name[128]; /* the last path that test_path gave */
};

static inline int test_remove(const char *path, const struct stat *found, int kind, struct FTW *walk)
{
    (void)found;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void test_folder_make(struct test_folder *folder)
{
    snprintf(folder->path, sizeof folder->path, "%s", "/tmp/rekindle-test-XXXXXX");
    if (!mkdtemp(folder->path))
        abort();
}

static inline void test_folder_clear(struct test_folder *folder)
{
    nftw(folder->path, test_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* "folder/name"; valid until the next call. */
static inline const char *test_path(struct test_folder *folder, const char *name)
{
    snprintf(folder->name, sizeof folder->name, "%s/%s", folder->path, name);
    return folder->name;
}

static inline void test_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

#endif
