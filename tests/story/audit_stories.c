/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit log is a chain: what is noted is sealed soon after, and nothing of it can be changed, taken out or moved without
 * the chain saying where. */
#include "story.h"

#include <string.h>

#include "step/audit.h"
#include "step/audit_chain.h"
#include "step/client_acts.h"
#include "step/steps.h"

#define SETTLE_MS 60000

static const struct audit_head NOTHING_KNOWN = {.place = {NULL, 0}};

static enum rc verify(struct story *story, struct audit_report *out)
{
    return audit_verify(&story->env, &NOTHING_KNOWN, &story->arena, out);
}

/* Notes `count` things in one commit each. */
static void note(struct story *story, int count)
{
    for (int i = 0; i < count; i++) {
        struct batch *batch = arena_new(&story->arena, 1, sizeof *batch);
        struct audit_entry entry = {.actor = STR("s1"),
                                    .action = STR("test.noted"),
                                    .subject = arena_printf(&story->arena, "thing-%d", i % 7),
                                    .detail = arena_printf(&story->arena, "{\"number\":%d}", i)};
        batch_init(batch);
        audit_add(&story->env, batch, &entry, &story->arena);
        assert_int_equal(batch_commit(&story->env, batch), RC_OK);
    }
}

static void settle(struct story *story) { assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK); }

static void put(struct story *story, enum record_kind kind, const void *record)
{
    struct batch *batch = arena_new(&story->arena, 1, sizeof *batch);
    batch_init(batch);
    batch_put(batch, kind, record, STORE_ANY);
    assert_int_equal(batch_commit(&story->env, batch), RC_OK);
}

static void drop(struct story *story, enum record_kind kind, struct str key)
{
    struct batch *batch = arena_new(&story->arena, 1, sizeof *batch);
    batch_init(batch);
    batch_delete(batch, kind, key, STORE_ANY);
    assert_int_equal(batch_commit(&story->env, batch), RC_OK);
}

static struct seal link_at(struct story *story, int place)
{
    struct seal seal;
    assert_int_equal(store_get(story->env.store, RECORD_SEAL, seal_place(place, &story->arena), &story->arena, &seal),
                     RC_OK);
    return seal;
}

static struct audit entry_at(struct story *story, int place)
{
    struct audit entry;
    struct seal seal = link_at(story, place);
    assert_int_equal(store_get(story->env.store, RECORD_AUDIT, seal.audit_id, &story->arena, &entry), RC_OK);
    return entry;
}

/* --- sealing --------------------------------------------------------------------------------------------------------- */
static void what_is_noted_is_chained_in_the_order_it_was_noted(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    for (int day = 1; day <= 5; day++) {
        note(story, 95); /* more than two commits of the sealer */
        story_to_day(story, day);
    }
    assert_int_equal(verify(story, &report), RC_OK);
    assert_true(report.links >= 5 * 95);
    assert_int_equal(report.unsealed, 0);
    assert_int_equal(report.erased, 0);
    assert_string_equal(report.head.ptr, seal_place(report.links, &story->arena).ptr);
    assert_true(str_equal(report.head_hash, link_at(story, (int)report.links).hash));
    for (int64_t place = 2; place <= report.links; place++) {
        struct audit before = entry_at(story, (int)place - 1), entry = entry_at(story, (int)place);
        assert_true(before.at <= entry.at);
        assert_false(str_equal(before.salt, entry.salt));
    }
}

/* The sealer stopped between two of its commits, and another process went on. */
static void a_process_that_dies_between_commits_leaves_a_chain_that_holds(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    struct job job;
    settle(story);
    story_stop(story);
    assert_int_equal(verify(story, &report), RC_OK);
    int64_t before = report.links;
    note(story, 95);
    assert_int_equal(story->env.queue->vtable->claim(story->env.queue, 1u << JOB_SEAL, clock_now(story->env.clock),
                                                     &story->arena, &job),
                     RC_OK);
    assert_int_equal(STEPS[JOB_SEAL].run(&story->env, &job, &story->arena), RC_OK);
    assert_int_equal(verify(story, &report), RC_OK);
    assert_int_equal(report.links, before + 40);
    assert_int_equal(report.unsealed, 55);
    story_reopen(story);
    settle(story);
    assert_int_equal(verify(story, &report), RC_OK);
    assert_int_equal(report.links, before + 95);
    assert_int_equal(report.unsealed, 0);
}

/* Two sealers that saw the same end of the chain: the second to commit has to look again. */
static struct story *race;
static bool raced;
static const struct store_vtable *honest;

static enum rc commit_after_another(struct store *store, const struct store_batch *batch)
{
    if (!raced && batch->write_count > 0 && batch->writes[0].kind == RECORD_SEAL) {
        struct job other = *batch->finish.job;
        raced = true;
        struct step_env env = race->env;
        enum rc rc = seal_audit(&env, &other, &race->arena); /* ends the claim as well */
        assert_int_equal(rc, RC_OK);
    }
    return honest->commit(store, batch);
}

static void of_two_sealers_one_starts_anew(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    struct job job;
    settle(story);
    story_stop(story);
    note(story, 3);
    assert_int_equal(verify(story, &report), RC_OK);
    int64_t before = report.links;
    assert_int_equal(story->env.queue->vtable->claim(story->env.queue, 1u << JOB_SEAL, clock_now(story->env.clock),
                                                     &story->arena, &job),
                     RC_OK);
    honest = story->env.store->vtable;
    struct store_vtable racing = *honest;
    racing.commit = commit_after_another;
    race = story;
    raced = false;
    story->env.store->vtable = &racing;
    assert_int_equal(seal_audit(&story->env, &job, &story->arena), RC_CONFLICT);
    story->env.store->vtable = honest;
    assert_true(raced);
    assert_int_equal(verify(story, &report), RC_OK);
    assert_int_equal(report.links, before + 3);
    assert_int_equal(report.unsealed, 0);
    story_start(story);
}

/* --- tampering ------------------------------------------------------------------------------------------------------- */
static void change_a_byte(struct story *story)
{
    struct audit entry = entry_at(story, 5);
    char *detail = arena_new(&story->arena, entry.detail.len, 1);
    memcpy(detail, entry.detail.ptr, entry.detail.len);
    detail[entry.detail.len - 2] ^= 1; /* a digit stays a digit: it is JSON still */
    entry.detail.ptr = detail;
    put(story, RECORD_AUDIT, &entry);
}
static void change_who(struct story *story)
{
    struct audit entry = entry_at(story, 5);
    entry.actor = STR("s2");
    put(story, RECORD_AUDIT, &entry);
}
static void delete_an_entry(struct story *story) { drop(story, RECORD_AUDIT, entry_at(story, 5).id); }
static void delete_an_entry_and_its_link(struct story *story)
{
    drop(story, RECORD_AUDIT, entry_at(story, 5).id);
    drop(story, RECORD_SEAL, seal_place(5, &story->arena));
}
static void delete_the_last_two(struct story *story)
{
    for (int place = 12; place > 10; place--) {
        drop(story, RECORD_AUDIT, entry_at(story, place).id);
        drop(story, RECORD_SEAL, seal_place(place, &story->arena));
    }
}
/* Two neighbours change places, and know it: only the hashes tell. */
static void swap_two(struct story *story)
{
    struct seal a = link_at(story, 5), b = link_at(story, 6);
    struct audit x = entry_at(story, 5), y = entry_at(story, 6);
    struct str payload = a.payload_hash;
    a.audit_id = y.id;
    a.payload_hash = b.payload_hash;
    b.audit_id = x.id;
    b.payload_hash = payload;
    x.seal = b.id;
    y.seal = a.id;
    put(story, RECORD_SEAL, &a);
    put(story, RECORD_SEAL, &b);
    put(story, RECORD_AUDIT, &x);
    put(story, RECORD_AUDIT, &y);
}
static void rewrite_one_with_its_link(struct story *story)
{
    struct audit entry = entry_at(story, 5);
    struct seal seal = link_at(story, 5), before = link_at(story, 4);
    entry.detail = STR("{\"number\":999}");
    seal.payload_hash = seal_payload_hash(&entry, &story->arena);
    seal.hash = seal_hash(before.hash, &seal, &story->arena);
    put(story, RECORD_AUDIT, &entry);
    put(story, RECORD_SEAL, &seal);
}
static void slip_one_in(struct story *story)
{
    struct audit entry = entry_at(story, 5);
    entry.id = STR("forged");
    put(story, RECORD_AUDIT, &entry);
}
static void bring_an_erased_one_back(struct story *story)
{
    struct seal seal = link_at(story, 5);
    seal.erased_at = DAY(1);
    put(story, RECORD_SEAL, &seal);
}

static const struct {
    void (*tamper)(struct story *story);
    enum audit_fault_kind fault;
    enum seal_fault seal;
    int place; /* 0: none is named */
    const char *says;
} TAMPERINGS[] = {
    {change_a_byte, AUDIT_FAULT_LINK, SEAL_ENTRY_CHANGED, 5, "the entry is not what was sealed at place 000000000005"},
    {change_who, AUDIT_FAULT_LINK, SEAL_ENTRY_CHANGED, 5, "the entry is not what was sealed"},
    {delete_an_entry, AUDIT_FAULT_LINK, SEAL_ENTRY_GONE, 5, "the entry is missing, and was not erased"},
    {delete_an_entry_and_its_link, AUDIT_FAULT_LINK, SEAL_MISSING, 6, "a link is missing before place 000000000006"},
    {delete_the_last_two, AUDIT_FAULT_CUT, SEAL_HOLDS, 0, "links are missing after the last of 10"},
    {swap_two, AUDIT_FAULT_LINK, SEAL_BROKEN, 5, "the hash is not that of its link"},
    {rewrite_one_with_its_link, AUDIT_FAULT_LINK, SEAL_BROKEN, 6, "the hash is not that of its link"},
    {slip_one_in, AUDIT_FAULT_UNKNOWN, SEAL_HOLDS, 5, "an entry has no link of its own"},
    {bring_an_erased_one_back, AUDIT_FAULT_LINK, SEAL_ENTRY_BACK, 5, "an erased entry is there again"},
};

static void any_tampering_is_found_where_it_was_done(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    struct seal links[12];
    struct audit entries[12];
    settle(story);
    assert_int_equal(verify(story, &report), RC_OK);
    note(story, 12 - (int)report.links);
    settle(story);
    story_stop(story);
    for (int i = 0; i < 12; i++) {
        links[i] = link_at(story, i + 1);
        entries[i] = entry_at(story, i + 1);
    }
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof TAMPERINGS[0]; i++) {
        TAMPERINGS[i].tamper(story);
        assert_int_equal(verify(story, &report), RC_CORRUPT);
        assert_int_equal(report.fault, TAMPERINGS[i].fault);
        assert_int_equal(report.seal, TAMPERINGS[i].seal);
        assert_int_equal(seal_number(report.place), TAMPERINGS[i].place);
        assert_non_null(strstr(audit_fault_text(&report, &story->arena).ptr, TAMPERINGS[i].says));
        for (int row = 0; row < 12; row++) {
            put(story, RECORD_SEAL, &links[row]);
            put(story, RECORD_AUDIT, &entries[row]);
        }
        drop(story, RECORD_AUDIT, STR("forged"));
        assert_int_equal(verify(story, &report), RC_OK);
    }
    story_start(story);
}

/* Who writes the end of the chain down elsewhere finds out even when all of it is made anew. */
static void a_chain_that_was_made_anew_is_not_the_one_that_was_written_down(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    note(story, 3);
    settle(story);
    assert_int_equal(verify(story, &report), RC_OK);
    struct audit_head head = {.place = report.head, .hash = report.head_hash};
    note(story, 3);
    settle(story);
    assert_int_equal(audit_verify(&story->env, &head, &story->arena, &report), RC_OK);
    head.hash = STR("00");
    assert_int_equal(audit_verify(&story->env, &head, &story->arena, &report), RC_CORRUPT);
    assert_int_equal(report.fault, AUDIT_FAULT_HEAD);
    head.place = seal_place(1000, &story->arena);
    assert_int_equal(audit_verify(&story->env, &head, &story->arena, &report), RC_CORRUPT);
    assert_string_equal(audit_fault_text(&report, &story->arena).ptr, "the link that was written down is missing");
}

/* --- erasure --------------------------------------------------------------------------------------------------------- */
static size_t noted_of(struct story *story, struct str subject)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_SUBJECT);
    struct store_page page;
    query.equal = subject;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    return page.count;
}

static void an_erased_client_leaves_the_log_and_the_chain_holds(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    struct str receipt;
    struct episode episode;
    const char *rule;
    story_catalogue(story);
    story_regular(story, "c1");
    story_regular(story, "c2");
    story_to_day(story, 62);
    assert_int_equal(
        client_force_draft(&story->env, STR("c1"), STR("staff:s1"), STR("asked"), &story->arena, &episode, &rule),
        RC_OK);
    assert_int_equal(
        client_force_draft(&story->env, STR("c2"), STR("staff:s1"), STR("asked"), &story->arena, &episode, &rule),
        RC_OK);
    settle(story);
    struct str gone = story_email(story, "c1").id, stays = story_email(story, "c2").id;
    size_t others = noted_of(story, stays);
    assert_true(noted_of(story, gone) > 0);
    assert_true(others > 0);
    assert_int_equal(verify(story, &report), RC_OK);
    int64_t links = report.links;
    assert_int_equal(erase_client(&story->env, STR("c1"), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    settle(story);
    assert_int_equal(noted_of(story, gone), 0);
    assert_int_equal(noted_of(story, stays), others);
    assert_int_equal(verify(story, &report), RC_OK);
    assert_true(report.erased > 0);
    assert_int_equal(report.links, links + 1); /* that somebody was erased, and by whom */
    struct audit last = entry_at(story, (int)report.links);
    assert_string_equal(last.action.ptr, "client.erased");
    assert_string_equal(last.actor.ptr, "s1");
    assert_false(str_contains(last.subject, STR("c1")));
}

/* More than fits into one commit, some of it not yet sealed. */
static void much_that_was_noted_of_a_client_goes_in_several_commits(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    struct str receipt;
    story_client(story, "thing-3", "thing@example.com");
    note(story, 7 * 60);
    settle(story);
    story_stop(story);
    note(story, 7 * 2);
    assert_int_equal(noted_of(story, STR("thing-3")), 62);
    assert_int_equal(erase_client(&story->env, STR("thing-3"), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    story_start(story);
    settle(story);
    assert_int_equal(noted_of(story, STR("thing-3")), 0);
    assert_int_equal(noted_of(story, STR("thing-4")), 62);
    assert_int_equal(verify(story, &report), RC_OK);
    assert_int_equal(report.unsealed, 0);
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("thing-3"), &story->arena, &client), RC_NOT_FOUND);
}

/* The place of the first entry about `subject` from `first` on. */
static int place_of(struct story *story, int first, const char *subject)
{
    while (!str_equal(entry_at(story, first).subject, str_of(subject)))
        first++;
    return first;
}

static void erase(struct story *story, const char *id)
{
    struct str receipt;
    struct client client;
    assert_int_equal(erase_client(&story->env, str_of(id), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    settle(story);
    assert_int_equal(noted_of(story, str_of(id)), 0);
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, str_of(id), &story->arena, &client), RC_NOT_FOUND);
}

/* Whoever broke the chain cannot keep a person from being erased; what is broken is still found. */
static void a_client_is_erased_although_a_link_is_missing_or_is_anothers(void **state)
{
    struct story *story = *state;
    struct audit_report report;
    settle(story);
    assert_int_equal(verify(story, &report), RC_OK);
    int first = (int)report.links + 1;
    note(story, 14);
    story_client(story, "thing-3", "three@example.com");
    story_client(story, "thing-5", "five@example.com");
    settle(story);
    assert_int_equal(verify(story, &report), RC_OK);
    int other = place_of(story, first, "thing-0"), wrong = place_of(story, first, "thing-5");
    struct audit entry = entry_at(story, wrong);
    entry.seal = link_at(story, other).id;
    put(story, RECORD_AUDIT, &entry);
    drop(story, RECORD_SEAL, seal_place(place_of(story, first, "thing-3"), &story->arena));
    erase(story, "thing-3");
    erase(story, "thing-5");
    assert_int_equal(link_at(story, other).erased_at, TIME_NONE);
    assert_int_equal(noted_of(story, STR("thing-0")), 2);
    assert_int_equal(verify(story, &report), RC_CORRUPT);
    assert_int_equal(report.fault, AUDIT_FAULT_LINK);
}

int audit_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(what_is_noted_is_chained_in_the_order_it_was_noted),
        STORY(a_process_that_dies_between_commits_leaves_a_chain_that_holds),
        STORY(of_two_sealers_one_starts_anew),
        STORY(any_tampering_is_found_where_it_was_done),
        STORY(a_chain_that_was_made_anew_is_not_the_one_that_was_written_down),
        STORY(an_erased_client_leaves_the_log_and_the_chain_holds),
        STORY(much_that_was_noted_of_a_client_goes_in_several_commits),
        STORY(a_client_is_erased_although_a_link_is_missing_or_is_anothers),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
