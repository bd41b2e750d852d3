/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/pool.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/thread.h"

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct pool_item *head, **tail; /* the line; guarded by mutex, like closing */
    bool closing;
    void (*run)(void *ctx, struct pool_item *item);
    void *ctx;
    struct thread *threads;
    size_t thread_count;
};

/* Next item, or NULL when the pool closes and the line is empty. */
static struct pool_item *take(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->head == NULL && !pool->closing)
        pthread_cond_wait(&pool->filled, &pool->mutex);
    struct pool_item *item = pool->head;
    if (item != NULL) {
        pool->head = item->next;
        if (pool->head == NULL)
            pool->tail = &pool->head;
    }
    pthread_mutex_unlock(&pool->mutex);
    return item;
}

static void work(void *arg)
{
    struct pool *pool = arg;
    struct pool_item *item;
    while ((item = take(pool)) != NULL)
        pool->run(pool->ctx, item);
}

struct pool *pool_new(size_t threads, void (*run)(void *ctx, struct pool_item *item), void *ctx)
{
    struct pool *pool = mem_new(1, sizeof *pool);
    if (pthread_mutex_init(&pool->mutex, NULL) != 0 || pthread_cond_init(&pool->filled, NULL) != 0)
        abort();
    pool->tail = &pool->head;
    pool->run = run;
    pool->ctx = ctx;
    pool->thread_count = threads;
    pool->threads = mem_new(threads, sizeof *pool->threads);
    for (size_t i = 0; i < threads; i++)
        thread_start(&pool->threads[i], "rk-http", work, pool);
    return pool;
}

bool pool_put(struct pool *pool, struct pool_item *item)
{
    pthread_mutex_lock(&pool->mutex);
    bool taken = !pool->closing;
    if (taken) {
        item->next = NULL;
        *pool->tail = item;
        pool->tail = &item->next;
        pthread_cond_signal(&pool->filled); /* one item, one thread: waking all 16 for each request costs more */
    }
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pthread_cond_broadcast(&pool->filled);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->thread_count; i++)
        thread_join(&pool->threads[i]);
    pthread_cond_destroy(&pool->filled);
    pthread_mutex_destroy(&pool->mutex);
    mem_free(pool->threads);
    mem_free(pool);
}
