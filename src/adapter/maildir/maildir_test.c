/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the rehearsal mailer. */
#include "adapter/maildir/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

#define EMAIL_ID STR("0192f0c1-2b3c-7d4e-8f50-0123456789ab")

struct fixture {
    struct arena arena;
    char root[64], folder[80];
    struct mailer *mailer;
};

static struct str at(struct fixture *f, const char *path) { return arena_printf(&f->arena, "%s/%s", f->folder, path); }

static size_t files_in(struct fixture *f, const char *part)
{
    size_t count = 0;
    DIR *dir = opendir(at(f, part).ptr);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static int setup(void **state)
{
    struct fixture *f = mem_new(1, sizeof *f);
    snprintf(f->root, sizeof f->root, "/tmp/rekindle-maildir-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    snprintf(f->folder, sizeof f->folder, "%s/maildir", f->root);
    f->mailer = maildir_open(f->folder);
    assert_non_null(f->mailer);
    *state = f;
    return 0;
}

static void empty_folder(struct fixture *f, const char *part)
{
    DIR *dir = opendir(at(f, part).ptr);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        unlink(arena_printf(&f->arena, "%s/%s/%s", f->folder, part, entry->d_name).ptr);
    closedir(dir);
    rmdir(at(f, part).ptr);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    f->mailer->vtable->close(f->mailer);
    chmod(at(f, "new").ptr, 0700);
    empty_folder(f, "tmp");
    empty_folder(f, "new");
    empty_folder(f, "cur");
    rmdir(f->folder);
    int gone = rmdir(f->root);
    arena_clear(&f->arena);
    mem_free(f);
    return gone;
}

static enum rc send_text(struct fixture *f, struct str email_id, struct str text, struct reply *reply)
{
    struct mail mail = {
        .email_id = email_id, .envelope_from = STR("a@b.example"), .recipient = STR("c@d.example"), .message = text};
    return f->mailer->vtable->send(f->mailer, &mail, &f->arena, reply);
}

static void a_sent_message_is_one_file_that_can_be_found(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str found;
    assert_true(f->mailer->vtable->rehearsal);
    assert_int_equal(send_text(f, EMAIL_ID, STR("Subject: x\r\n\r\nbody\r\n"), &reply), RC_OK);
    assert_int_equal(reply.class, REPLY_ACCEPTED);
    assert_int_equal(reply.phase, REPLY_DOT);
    assert_int_equal(files_in(f, "new"), 1);
    assert_int_equal(files_in(f, "tmp"), 0);
    assert_int_equal(maildir_find(f->folder, EMAIL_ID, &f->arena, &found), RC_OK);
    assert_string_equal(found.ptr, "Subject: x\r\n\r\nbody\r\n");
    struct stat stat_;
    assert_int_equal(stat(arena_printf(&f->arena, "%s/new/%s.eml", f->folder, EMAIL_ID.ptr).ptr, &stat_), 0);
    assert_int_equal(stat_.st_mode & 0777, 0600);
}

static void an_email_sent_again_is_still_one_file(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str found;
    assert_int_equal(send_text(f, EMAIL_ID, STR("first"), &reply), RC_OK);
    assert_int_equal(send_text(f, EMAIL_ID, STR("second"), &reply), RC_OK);
    assert_int_equal(files_in(f, "new"), 1);
    assert_int_equal(maildir_find(f->folder, EMAIL_ID, &f->arena, &found), RC_OK);
    assert_string_equal(found.ptr, "second");
}

static void a_file_left_by_a_crash_is_overwritten(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str path = arena_printf(&f->arena, "%s/tmp/%s.eml", f->folder, EMAIL_ID.ptr);
    FILE *file = fopen(path.ptr, "w");
    assert_non_null(file);
    fputs("half a mess", file);
    fclose(file);
    assert_int_equal(send_text(f, EMAIL_ID, STR("whole"), &reply), RC_OK);
    assert_int_equal(files_in(f, "tmp"), 0);
    assert_int_equal(files_in(f, "new"), 1);
}

static void a_message_a_mail_program_has_seen_is_not_delivered_twice(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str found, name = arena_printf(&f->arena, "%s.eml", EMAIL_ID.ptr);
    assert_int_equal(send_text(f, EMAIL_ID, STR("first"), &reply), RC_OK);
    struct str from = arena_printf(&f->arena, "%s/new/%s", f->folder, name.ptr);
    struct str to = arena_printf(&f->arena, "%s/cur/%s:2,S", f->folder, name.ptr);
    assert_int_equal(rename(from.ptr, to.ptr), 0);
    assert_int_equal(send_text(f, EMAIL_ID, STR("again"), &reply), RC_OK);
    assert_int_equal(files_in(f, "new"), 0);
    assert_int_equal(files_in(f, "cur"), 1);
    assert_int_equal(maildir_find(f->folder, EMAIL_ID, &f->arena, &found), RC_OK);
    assert_string_equal(found.ptr, "first");
}

static void an_id_never_leaves_the_folder(void **state)
{
    struct fixture *f = *state;
    static const char *const BAD[] = {"", "../x", "a/b", "..", ".", ".x", "a b", "a\nb"};
    struct reply reply;
    struct str found;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        assert_int_equal(send_text(f, str_of(BAD[i]), STR("x"), &reply), RC_IO);
        assert_int_equal(reply.class, REPLY_OUR_FAULT);
        assert_int_equal(maildir_find(f->folder, str_of(BAD[i]), &f->arena, &found), RC_NOT_FOUND);
    }
    assert_int_equal(files_in(f, "new"), 0);
    assert_int_equal(send_text(f, STR("a:b"), STR("x"), &reply), RC_OK);
    assert_int_equal(maildir_find(f->folder, STR("a:b"), &f->arena, &found), RC_OK);
}

static void a_folder_that_cannot_be_written_is_our_fault_and_said(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str why = STR_NONE;
    assert_int_equal(f->mailer->vtable->check(f->mailer, &why), RC_OK);
    empty_folder(f, "new"); /* not by mode: tests may run as root */
    assert_int_equal(send_text(f, EMAIL_ID, STR("x"), &reply), RC_IO);
    assert_int_equal(reply.class, REPLY_OUR_FAULT);
    assert_true(str_contains(reply.text, STR("cannot be written")));
    assert_int_equal(files_in(f, "tmp"), 0);
    assert_int_equal(mkdir(at(f, "new").ptr, 0700), 0);
}

static void a_removed_message_is_gone_everywhere(void **state)
{
    struct fixture *f = *state;
    struct reply reply;
    struct str found;
    assert_int_equal(maildir_remove(f->folder, EMAIL_ID), RC_OK);
    assert_int_equal(send_text(f, EMAIL_ID, STR("x"), &reply), RC_OK);
    struct str from = arena_printf(&f->arena, "%s/new/%s.eml", f->folder, EMAIL_ID.ptr);
    struct str to = arena_printf(&f->arena, "%s/cur/%s.eml:2,RS", f->folder, EMAIL_ID.ptr);
    assert_int_equal(rename(from.ptr, to.ptr), 0);
    assert_int_equal(maildir_remove(f->folder, EMAIL_ID), RC_OK);
    assert_int_equal(maildir_find(f->folder, EMAIL_ID, &f->arena, &found), RC_NOT_FOUND);
}

static void a_place_that_is_no_folder_is_not_opened(void **state)
{
    (void)state;
    assert_null(maildir_open("/dev/null/maildir"));
    assert_int_equal(errno, ENOTDIR);
}

#define MAILDIR_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MAILDIR_TEST(a_sent_message_is_one_file_that_can_be_found),
        MAILDIR_TEST(an_email_sent_again_is_still_one_file),
        MAILDIR_TEST(a_file_left_by_a_crash_is_overwritten),
        MAILDIR_TEST(a_message_a_mail_program_has_seen_is_not_delivered_twice),
        MAILDIR_TEST(an_id_never_leaves_the_folder),
        MAILDIR_TEST(a_folder_that_cannot_be_written_is_our_fault_and_said),
        MAILDIR_TEST(a_removed_message_is_gone_everywhere),
        cmocka_unit_test(a_place_that_is_no_folder_is_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
