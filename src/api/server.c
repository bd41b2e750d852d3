/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Threads and what they own:
 * - loop threads (libmicrohttpd's): accept, read, write; they run on_request, on_completed, on_connection, read_stream;
 * - handler threads (pool.h): run `answer` for one exchange, which is suspended meanwhile and theirs alone;
 * - one watch thread: cuts connections that are past their deadline.
 * An exchange passes from a loop to a handler by pool_put and back by its state, so its members need no lock of their
 * own. Lock order: server.lock, then a stream's own lock, then those of the library. */
#include "api/server.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "api/listen.h"
#include "api/pool.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/rand.h"
#include "base/thread.h"

#define LOOP_THREADS 2
#define HEAD_BYTES (32 * 1024) /* of a request's head; over it the library answers 431 */
#define IDLE_SECONDS 90        /* a silent connection; the deadlines below are shorter */
#define WATCH_MS 250
#define FLUSH_MS 3000 /* at the stop: time to send the last answers */
#define STREAM_BLOCK 4096

struct conn { /* one TCP or socket connection */
    struct conn *prev, *next;
    int fd;
    _Atomic int64_t deadline_ms; /* monotonic; 0 = none */
};

enum exchange_state { EX_BODY, EX_HANDLER, EX_READY, EX_SENT };

struct exchange {          /* one request and its answer */
    struct pool_item item; /* first: the pool gives it back */
    struct server *server;
    struct conn *conn;
    struct MHD_Connection *connection;
    _Atomic int state; /* enum exchange_state; its change hands the exchange to the other thread */
    struct arena arena;
    struct request request;
    struct response response;
    struct buf body;
    size_t body_max, body_over, body_seen;
    bool in_streams;
    struct exchange *prev, *next; /* server.streams */
};

struct listener {
    struct server *server;
    enum door door;
    struct MHD_Daemon *daemon;
    int fd, port;
};

struct server {
    struct server_options options;
    struct listener listeners[3];
    size_t listener_count;
    struct pool *pool;
    struct thread watch;
    struct signal_count wake_watch, left; /* left: bumped when an exchange is gone */
    struct lock lock;                     /* conns, streams */
    struct conn *conns;
    struct exchange *streams;
    _Atomic bool stopping, watch_stops;
    _Atomic int64_t exchanges, in_handlers, open_streams, open_conns;
    _Atomic size_t body_bytes;
    char *socket_path; /* to remove at the end */
};

/* --- reading the head ------------------------------------------------------------------------------------------ */

struct collect {
    struct arena *arena;
    struct pair *items;
    size_t count, max;
};

/* The library's signatures have more parameters than ours may. */
#define VALUE_PARAMETERS \
    void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value, size_t value_size
#define REQUEST_PARAMETERS                                                                                  \
    void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version, \
        const char *upload, size_t *upload_size, void **state

static enum MHD_Result collect_value(VALUE_PARAMETERS)
{
    struct collect *to = cls;
    (void)kind;
    if (to->count == to->max)
        return MHD_NO;
    to->items[to->count++] =
        (struct pair){arena_str(to->arena, (struct str){key, key_size}),
                      value == NULL ? STR("") : arena_str(to->arena, (struct str){value, value_size})};
    return MHD_YES;
}

static const struct pair *collect(struct exchange *ex, enum MHD_ValueKind kind, size_t *count)
{
    int found = MHD_get_connection_values(ex->connection, kind, NULL, NULL);
    struct collect to = {.arena = &ex->arena, .max = found > 0 ? (size_t)found : 0};
    to.items = arena_new(&ex->arena, to.max, sizeof *to.items);
    MHD_get_connection_values_n(ex->connection, kind, collect_value, &to);
    *count = to.count;
    return to.items;
}

static struct str peer_address(struct exchange *ex)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(ex->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL)
        return STR_NONE;
    socklen_t size = sizeof(struct sockaddr_in);
    if (info->client_addr->sa_family == AF_INET6)
        size = sizeof(struct sockaddr_in6);
    else if (info->client_addr->sa_family != AF_INET)
        return STR_NONE;
    char text[NI_MAXHOST];
    if (getnameinfo(info->client_addr, size, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
        return STR_NONE;
    return arena_str(&ex->arena, str_of(text));
}

static int64_t content_length(const struct request *request)
{
    int64_t length = -1;
    struct str text = request_header(request, "Content-Length");
    if (str_is_none(text) || str_to_i64(text, &length) != RC_OK || length < 0)
        return -1;
    return length;
}

static void fill_request(struct exchange *ex, const struct listener *listener, const char *url, const char *method)
{
    struct request *request = &ex->request;
    struct server *server = ex->server;
    request->arena = &ex->arena;
    request->method = method_from(method);
    request->door = listener->door;
    request->path = arena_str(&ex->arena, str_of(url));
    request->query = collect(ex, MHD_GET_ARGUMENT_KIND, &request->query_count);
    request->headers = collect(ex, MHD_HEADER_KIND, &request->header_count);
    request->address = peer_address(ex);
    request->content_length = content_length(request);
    request->started_ms = clock_mono();
    size_t announced = request->content_length > 0 ? (size_t)request->content_length : 0;
    request->overloaded = atomic_load(&server->stopping) ||
                          (announced > 0 && atomic_load(&server->body_bytes) + announced > server->options.bodies_max);
    uint8_t random[8];
    rand_bytes(random, sizeof random);
    uint64_t number;
    memcpy(&number, random, sizeof number);
    request->id = arena_printf(&ex->arena, "%016llx", (unsigned long long)number);
}

/* --- sending the answer ----------------------------------------------------------------------------------------- */

static void set_deadline(struct exchange *ex, int64_t in_ms)
{
    atomic_store(&ex->conn->deadline_ms, in_ms == 0 ? 0 : clock_mono() + in_ms);
}

/* A stream's wake-ups; park runs on the loop thread inside read_stream, wake anywhere. */
static void park_stream(void *ctx) { MHD_suspend_connection(((struct exchange *)ctx)->connection); }

static void wake_stream(void *ctx) { MHD_resume_connection(((struct exchange *)ctx)->connection); }

static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max)
{
    struct exchange *ex = cls;
    (void)position;
    int64_t size = ex->response.stream->read(ex->response.stream, out, max);
    return size < 0 ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)size;
}

static void enter_streams(struct exchange *ex)
{
    struct server *server = ex->server;
    const struct stream_waker waker = {park_stream, wake_stream, ex};
    struct stream *stream = ex->response.stream;
    stream->attach(stream, &waker);
    lock_take(&server->lock);
    ex->next = server->streams;
    if (ex->next != NULL)
        ex->next->prev = ex;
    server->streams = ex;
    ex->in_streams = true;
    if (atomic_load(&server->stopping))
        stream->end(stream);
    lock_drop(&server->lock);
    atomic_fetch_add(&server->open_streams, 1);
}

static void leave_streams(struct exchange *ex)
{
    struct server *server = ex->server;
    if (ex->in_streams) {
        lock_take(&server->lock);
        if (ex->prev != NULL)
            ex->prev->next = ex->next;
        else
            server->streams = ex->next;
        if (ex->next != NULL)
            ex->next->prev = ex->prev;
        lock_drop(&server->lock);
        atomic_fetch_sub(&server->open_streams, 1);
    }
    if (ex->response.stream != NULL)
        ex->response.stream->close(ex->response.stream);
}

static struct MHD_Response *make_response(struct exchange *ex)
{
    struct response *answer = &ex->response;
    if (answer->stream != NULL) {
        enter_streams(ex);
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, ex, NULL);
    }
    struct str bytes = str_is_none(answer->fixed) ? buf_str(&answer->body) : answer->fixed;
    /* The exchange outlives the sending, so the library need not copy; it does not write either. */
    union {
        const char *in;
        void *out;
    } data = {.in = bytes.ptr};
    return MHD_create_response_from_buffer(bytes.len, bytes.len > 0 ? data.out : NULL, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_answer(struct exchange *ex)
{
    struct MHD_Response *response = make_response(ex);
    if (response == NULL)
        return MHD_NO;
    if (ex->response.type != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, ex->response.type);
    for (size_t i = 0; i < ex->response.header_count; i++) {
        /* Both texts end in NUL: names are literals, values come from literals or the arena. */
        const struct pair *header = &ex->response.headers[i];
        MHD_add_response_header(response, header->name.ptr, arena_str(&ex->arena, header->value).ptr);
    }
    ex->state = EX_SENT;
    set_deadline(ex, ex->response.stream != NULL ? 0 : ex->server->options.answer_ms);
    enum MHD_Result result = MHD_queue_response(ex->connection, (unsigned)ex->response.status, response);
    MHD_destroy_response(response);
    return result;
}

/* --- one request ------------------------------------------------------------------------------------------------- */

static void run_handler(void *ctx, struct pool_item *item)
{
    struct server *server = ctx;
    struct exchange *ex = (struct exchange *)item;
    server->options.answer(server->options.ctx, &ex->request, &ex->response);
    ex->state = EX_READY;
    atomic_fetch_sub(&server->in_handlers, 1);
    MHD_resume_connection(ex->connection);
}

static enum MHD_Result hand_over(struct exchange *ex)
{
    struct server *server = ex->server;
    ex->request.body = buf_str(&ex->body);
    ex->state = EX_HANDLER;
    set_deadline(ex, 0);
    MHD_suspend_connection(ex->connection); /* before the put: the answer may be ready at once */
    atomic_fetch_add(&server->in_handlers, 1);
    if (!pool_put(server->pool, &ex->item)) {
        atomic_fetch_sub(&server->in_handlers, 1);
        ex->response.status = 503;
        ex->state = EX_READY;
        MHD_resume_connection(ex->connection);
    }
    return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *ex, const char *bytes, size_t size)
{
    ex->body_seen += size;
    if (ex->body_seen <= ex->body_max) {
        buf_add(&ex->body, (struct str){bytes, size});
        atomic_fetch_add(&ex->server->body_bytes, size);
        return MHD_YES;
    }
    atomic_fetch_sub(&ex->server->body_bytes, ex->body.len);
    buf_clear(&ex->body);
    ex->request.body_too_large = true;
    return ex->body_seen - ex->body_max > ex->body_over ? MHD_NO : MHD_YES;
}

static enum MHD_Result begin(REQUEST_PARAMETERS)
{
    struct listener *listener = cls;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    (void)version, (void)upload, (void)upload_size;
    if (info == NULL || info->socket_context == NULL)
        return MHD_NO;
    struct exchange *ex = mem_new(1, sizeof *ex);
    *state = ex;
    ex->server = listener->server;
    ex->conn = info->socket_context;
    ex->connection = connection;
    atomic_fetch_add(&ex->server->exchanges, 1);
    fill_request(ex, listener, url, method);
    struct admission admission = {0};
    if (!ex->server->options.admit(ex->server->options.ctx, &ex->request, &ex->response, &admission))
        return send_answer(ex);
    ex->body_max = admission.body_max;
    ex->body_over = admission.body_over;
    set_deadline(ex, admission.body_ms);
    return MHD_YES;
}

/* Called when the head is there, for each piece of the body, at its end, and after each resume. */
static enum MHD_Result on_request(REQUEST_PARAMETERS)
{
    struct exchange *ex = *state;
    if (ex == NULL)
        return begin(cls, connection, url, method, version, upload, upload_size, state);
    if (ex->state == EX_READY)
        return send_answer(ex);
    if (ex->state != EX_BODY)
        return MHD_YES;
    if (*upload_size == 0)
        return hand_over(ex);
    size_t size = *upload_size;
    *upload_size = 0;
    return take_body(ex, upload, size);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct exchange *ex = *state;
    (void)cls, (void)connection, (void)why;
    if (ex == NULL)
        return;
    *state = NULL;
    struct server *server = ex->server;
    leave_streams(ex);
    set_deadline(ex, server->options.head_ms); /* for the next request of this connection */
    atomic_fetch_sub(&server->body_bytes, ex->body.len);
    buf_clear(&ex->body);
    buf_clear(&ex->response.body);
    arena_clear(&ex->arena);
    mem_free(ex);
    atomic_fetch_sub(&server->exchanges, 1);
    signal_count_bump(&server->left);
}

/* --- connections --------------------------------------------------------------------------------------------------- */

static void open_conn(struct server *server, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct conn *conn = mem_new(1, sizeof *conn);
    conn->fd = info == NULL ? -1 : info->connect_fd;
    atomic_store(&conn->deadline_ms, clock_mono() + server->options.head_ms);
    lock_take(&server->lock);
    conn->next = server->conns;
    if (conn->next != NULL)
        conn->next->prev = conn;
    server->conns = conn;
    lock_drop(&server->lock);
    *context = conn;
    if (atomic_fetch_add(&server->open_conns, 1) == 0)
        signal_count_bump(&server->wake_watch);
}

static void close_conn(struct server *server, void **context)
{
    struct conn *conn = *context;
    if (conn == NULL)
        return;
    lock_take(&server->lock); /* after this the watch thread cannot touch the fd, which the library closes next */
    if (conn->prev != NULL)
        conn->prev->next = conn->next;
    else
        server->conns = conn->next;
    if (conn->next != NULL)
        conn->next->prev = conn->prev;
    lock_drop(&server->lock);
    mem_free(conn);
    *context = NULL;
    atomic_fetch_sub(&server->open_conns, 1);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        open_conn(cls, connection, context);
    else
        close_conn(cls, context);
}

/* Shuts connections down that are past their deadline; their loop then sees the end and closes them. */
static void cut_late(struct server *server)
{
    int64_t now = clock_mono(), cut = 0;
    lock_take(&server->lock);
    for (struct conn *conn = server->conns; conn != NULL; conn = conn->next) {
        int64_t deadline = atomic_load(&conn->deadline_ms);
        if (deadline == 0 || deadline > now)
            continue;
        atomic_store(&conn->deadline_ms, 0);
        shutdown(conn->fd, SHUT_RDWR);
        cut++;
    }
    lock_drop(&server->lock);
    if (cut > 0)
        metrics_add("rekindle_http_cut_total", NULL, cut);
}

static void watch(void *arg)
{
    struct server *server = arg;
    uint64_t seen = 0;
    while (!atomic_load(&server->watch_stops)) {
        seen = signal_count_wait(&server->wake_watch, seen, atomic_load(&server->open_conns) > 0 ? WATCH_MS : -1);
        cut_late(server);
    }
}

/* --- start and stop -------------------------------------------------------------------------------------------------- */

/* Escapes are decoded by request.c, where a NUL or a slash inside one does no harm. */
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

static unsigned connection_limit(const struct server_options *options)
{
    struct rlimit files;
    size_t limit = options->connections_max;
    /* Half of the process's files, so that the store and the relays keep theirs. */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY && files.rlim_cur / 2 < limit)
        limit = (size_t)(files.rlim_cur / 2);
    return (unsigned)(limit < 2 * LOOP_THREADS ? 2 * LOOP_THREADS : limit);
}

static enum rc run_listener(struct server *server, struct listener *listener, struct str *why)
{
    const struct server_options *options = &server->options;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_LISTEN_SOCKET, listener->fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, listener->door == DOOR_SOCKET ? 0 : LOOP_THREADS, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connection_limit(options), NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)options->connections_per_address, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_BYTES, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    listener->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, listener,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    if (listener->daemon != NULL)
        return RC_OK;
    *why = STR("the HTTP library could not start its threads");
    return RC_IO;
}

static enum rc open_listener(struct server *server, enum door door, struct str address, struct str *why)
{
    struct listener *listener = &server->listeners[server->listener_count];
    *listener = (struct listener){.server = server, .door = door, .fd = -1};
    enum rc rc = door == DOOR_SOCKET ? listen_unix(address, &listener->fd, why)
                                     : listen_tcp(address, &listener->fd, why);
    if (rc != RC_OK)
        return rc;
    listener->port = listen_port(listener->fd);
    server->listener_count++;
    if (door == DOOR_SOCKET)
        server->socket_path = str_dup(address);
    return RC_OK;
}

enum rc server_start(const struct server_options *options, struct server **out, struct str *why)
{
    struct server *server = mem_new(1, sizeof *server);
    server->options = *options;
    lock_init(&server->lock);
    signal_count_init(&server->wake_watch);
    signal_count_init(&server->left);
    server->pool = pool_new(options->handler_threads, run_handler, server);
    thread_start(&server->watch, "rk-http-watch", watch, server);
    enum rc rc = open_listener(server, DOOR_MAIN, options->listen, why);
    if (rc == RC_OK && !str_is_none(options->public_listen))
        rc = open_listener(server, DOOR_PUBLIC, options->public_listen, why);
    if (rc == RC_OK && !str_is_none(options->socket_path))
        rc = open_listener(server, DOOR_SOCKET, options->socket_path, why);
    for (size_t i = 0; i < server->listener_count && rc == RC_OK; i++)
        rc = run_listener(server, &server->listeners[i], why);
    if (rc == RC_OK) {
        *out = server;
        return RC_OK;
    }
    server_stop(server);
    return rc;
}

/* New connections are refused from here on, streams told to end. */
static void close_doors(struct server *server)
{
    atomic_store(&server->stopping, true);
    if (server->socket_path != NULL)
        unlink(server->socket_path);
    for (size_t i = 0; i < server->listener_count; i++) {
        if (server->listeners[i].daemon != NULL)
            MHD_quiesce_daemon(server->listeners[i].daemon);
    }
    lock_take(&server->lock);
    for (struct exchange *ex = server->streams; ex != NULL; ex = ex->next)
        ex->response.stream->end(ex->response.stream);
    lock_drop(&server->lock);
}

static void await_answers(struct server *server)
{
    int64_t until = clock_mono() + FLUSH_MS;
    uint64_t seen = signal_count_get(&server->left);
    while (atomic_load(&server->exchanges) > 0 && clock_mono() < until)
        seen = signal_count_wait(&server->left, seen, until - clock_mono());
}

void server_stop(struct server *server)
{
    if (server == NULL)
        return;
    close_doors(server);
    pool_free(server->pool); /* finishes what was handed over */
    await_answers(server);
    for (size_t i = 0; i < server->listener_count; i++) {
        if (server->listeners[i].daemon != NULL)
            MHD_stop_daemon(server->listeners[i].daemon);
        close(server->listeners[i].fd);
    }
    atomic_store(&server->watch_stops, true);
    signal_count_bump(&server->wake_watch);
    thread_join(&server->watch);
    signal_count_clear(&server->wake_watch);
    signal_count_clear(&server->left);
    lock_clear(&server->lock);
    mem_free(server->socket_path);
    mem_free(server);
}

int server_port(const struct server *server) { return server->listeners[0].port; }

int server_public_port(const struct server *server)
{
    return server->listener_count > 1 && server->listeners[1].door == DOOR_PUBLIC ? server->listeners[1].port : 0;
}

void server_load(struct server *server, int64_t *requests, int64_t *streams, int64_t *connections)
{
    *requests = atomic_load(&server->in_handlers);
    *streams = atomic_load(&server->open_streams);
    *connections = atomic_load(&server->open_conns);
}
