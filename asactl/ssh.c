/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts an ssh for each node, feeds and reads all of them at once, and ends those that take too
 * long.
 */
#include "asactl/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_tables.h>

#define AT_ONCE       64 /* ssh processes at the same time */
#define DEADLINE      apr_time_from_sec(60)
#define COMPLAINT_MAX 8192
#define CHUNK         16384
#define NAP_MS        200 /* between looks at the clock when nothing happens */

typedef struct {
    unsigned char *bytes;
    size_t len, room, max;
} buffer_t;

typedef struct {
    asactl_ssh_job_t *job;
    pid_t pid;
    int in, out, err; /* our ends; -1: closed */
    size_t fed;
    buffer_t output, complaint;
    bool overflow, late;
    apr_time_t began;
} run_t;

static const char *const fixed_options[] = {
    "BatchMode=yes",         "ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no",
    "PermitLocalCommand=no", "RequestTTY=no",           "EscapeChar=none",
};
/* The first value of an option counts for ssh, so these give way to those of asactl.conf. */
static const char *const default_options[] = {"ConnectTimeout=10", "ServerAliveInterval=10"};

static void push_option(apr_array_header_t *argv, const char *option)
{
    APR_ARRAY_PUSH(argv, const char *) = "-o";
    APR_ARRAY_PUSH(argv, const char *) = option;
}

static char **make_argv(apr_pool_t *pool, const asactl_settings_t *settings, const char *host,
                        const char *command)
{
    apr_array_header_t *argv = apr_array_make(pool, 40, sizeof(const char *));

    APR_ARRAY_PUSH(argv, const char *) = "ssh";
    for (size_t i = 0; i < sizeof fixed_options / sizeof *fixed_options; i++) {
        push_option(argv, fixed_options[i]);
    }
    for (int i = 0; settings->ssh_options != NULL && i < settings->ssh_options->nelts; i++) {
        push_option(argv, APR_ARRAY_IDX(settings->ssh_options, i, const char *));
    }
    for (size_t i = 0; i < sizeof default_options / sizeof *default_options; i++) {
        push_option(argv, default_options[i]);
    }
    if (settings->ssh_user != NULL) {
        push_option(argv, apr_pstrcat(pool, "User=", settings->ssh_user, NULL));
    }
    if (settings->ssh_port != NULL) {
        push_option(argv, apr_pstrcat(pool, "Port=", settings->ssh_port, NULL));
    }
    APR_ARRAY_PUSH(argv, const char *) = "--";
    APR_ARRAY_PUSH(argv, const char *) = host;
    APR_ARRAY_PUSH(argv, const char *) = command;
    APR_ARRAY_PUSH(argv, const char *) = NULL;
    return (char **)argv->elts;
}

/* --- buffers: what a node sends may be keys --- */

static apr_status_t wipe(void *data)
{
    buffer_t *buffer = data;

    if (buffer->bytes != NULL) {
        explicit_bzero(buffer->bytes, buffer->room);
        free(buffer->bytes);
    }
    *buffer = (buffer_t){0};
    return APR_SUCCESS;
}

/* False when it would become larger than it may. */
static bool append(buffer_t *buffer, const unsigned char *bytes, size_t len)
{
    if (len > buffer->max - buffer->len) {
        return false;
    }
    if (len > buffer->room - buffer->len) {
        buffer_t larger = {.len = buffer->len, .room = 2 * buffer->room + len, .max = buffer->max};
        larger.bytes = malloc(larger.room);
        if (larger.bytes == NULL) {
            return false;
        }
        if (buffer->len > 0) {
            memcpy(larger.bytes, buffer->bytes, buffer->len);
        }
        wipe(buffer);
        *buffer = larger;
    }
    memcpy(buffer->bytes + buffer->len, bytes, len);
    buffer->len += len;
    return true;
}

/* --- one ssh --- */

static void close_end(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static void close_all(int *pipes)
{
    for (size_t i = 0; i < 6; i++) {
        close_end(&pipes[i]);
    }
}

/* pipes: read and write end of the child's stdin, stdout, stderr. */
static int spawn(run_t *run, char **argv, int *pipes)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int error;

    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE); /* we ignore it; ssh shall not */
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    /* A group of its own: an interrupt at the terminal reaches us, and we decide. */
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&actions, pipes[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes[3], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipes[5], STDERR_FILENO);
    error = posix_spawnp(&run->pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static bool host_is_clean(const char *host)
{
    return *host != '\0' && *host != '-' &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:") ==
               strlen(host);
}

static bool start(apr_pool_t *pool, const asactl_settings_t *settings, const char *command,
                  run_t *run)
{
    asactl_ssh_job_t *job = run->job;
    int pipes[6] = {-1, -1, -1, -1, -1, -1};
    int error;

    run->began = job->began = apr_time_now();
    if (!host_is_clean(job->host)) {
        return asactl_outcome_fail(&job->outcome, ASACTL_USAGE, NULL, pool,
                                   "'%s' is no name of a host", job->host);
    }
    error = pipe2(&pipes[0], O_CLOEXEC) != 0 || pipe2(&pipes[2], O_CLOEXEC) != 0 ||
                    pipe2(&pipes[4], O_CLOEXEC) != 0
                ? errno
                : spawn(run, make_argv(pool, settings, job->host, command), pipes);
    if (error != 0) {
        close_all(pipes);
        run->pid = 0;
        return asactl_outcome_fail(&job->outcome, ASACTL_FAILED, "Is the ssh client installed?",
                                   pool, "%s: ssh cannot be started: %s", job->host,
                                   strerror(error));
    }
    run->in = pipes[1];
    run->out = pipes[2];
    run->err = pipes[4];
    pipes[1] = pipes[2] = pipes[4] = -1;
    close_all(pipes);
    fcntl(run->in, F_SETFL, O_NONBLOCK);
    fcntl(run->out, F_SETFL, O_NONBLOCK);
    fcntl(run->err, F_SETFL, O_NONBLOCK);
    return true;
}

static void feed(run_t *run)
{
    const asactl_ssh_job_t *job = run->job;
    ssize_t n = 0;

    if (run->fed < job->input_len) {
        n = write(run->in, job->input + run->fed, job->input_len - run->fed);
    }
    if (n > 0) {
        run->fed += (size_t)n;
    }
    if (run->fed == job->input_len || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close_end(&run->in);
    }
}

/* False when there is too much of it. */
static bool take(int *fd, buffer_t *buffer)
{
    unsigned char chunk[CHUNK];
    ssize_t n = read(*fd, chunk, sizeof chunk);
    bool fits = true;

    if (n > 0) {
        fits = append(buffer, chunk, (size_t)n);
        explicit_bzero(chunk, (size_t)n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_end(fd);
    }
    return fits;
}

static void serve(run_t *run, const struct pollfd *fds)
{
    if (fds[0].fd >= 0 && fds[0].revents != 0) {
        feed(run);
    }
    if (fds[1].fd >= 0 && fds[1].revents != 0 && !take(&run->out, &run->output)) {
        run->overflow = true;
    }
    if (fds[2].fd >= 0 && fds[2].revents != 0) {
        take(&run->err, &run->complaint); /* the rest of a long complaint is left out */
    }
    run->late = run->late || apr_time_now() - run->began > DEADLINE;
}

static void finish(apr_pool_t *pool, run_t *run)
{
    asactl_ssh_job_t *job = run->job;
    int status = 0;
    bool cut = run->overflow || run->late;

    close_end(&run->in);
    close_end(&run->out);
    close_end(&run->err);
    if (cut) {
        kill(run->pid, SIGKILL);
    }
    while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR) {
    }
    run->pid = 0;
    job->took = apr_time_now() - run->began;
    job->complaint =
        run->complaint.len == 0
            ? ""
            : apr_pstrmemdup(pool, (const char *)run->complaint.bytes, run->complaint.len);
    job->output = run->output.bytes;
    job->output_len = run->output.len;
    job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    if (run->late) {
        asactl_outcome_fail(&job->outcome, ASACTL_UNREACHABLE, "Is the node overloaded or stuck?",
                            pool, "%s: no answer in %d s", job->host, (int)apr_time_sec(DEADLINE));
    } else if (run->overflow) {
        asactl_outcome_fail(&job->outcome, ASACTL_FAILED, "Try ssh to it by hand.", pool,
                            "%s: answers endlessly", job->host);
    } else {
        asactl_ssh_explain(pool, job->host, job->status, job->complaint, &job->outcome);
    }
}

/* --- all of them --- */

/* One look at every ssh that runs; those that ended are finished. Returns how many still run. */
static size_t turn(apr_pool_t *pool, run_t *runs, size_t started, struct pollfd *fds)
{
    size_t running = 0;

    for (size_t i = 0; i < started; i++) {
        fds[3 * i] = (struct pollfd){.fd = runs[i].pid > 0 ? runs[i].in : -1, .events = POLLOUT};
        fds[3 * i + 1] =
            (struct pollfd){.fd = runs[i].pid > 0 ? runs[i].out : -1, .events = POLLIN};
        fds[3 * i + 2] =
            (struct pollfd){.fd = runs[i].pid > 0 ? runs[i].err : -1, .events = POLLIN};
    }
    if (poll(fds, 3 * started, NAP_MS) < 0) {
        memset(fds, 0, 3 * started * sizeof *fds);
        return started; /* interrupted: look again */
    }
    for (size_t i = 0; i < started; i++) {
        if (runs[i].pid <= 0) {
            continue;
        }
        serve(&runs[i], &fds[3 * i]);
        if (runs[i].overflow || runs[i].late || (runs[i].out < 0 && runs[i].err < 0)) {
            finish(pool, &runs[i]);
        } else {
            running++;
        }
    }
    return running;
}

void asactl_ssh_run(apr_pool_t *pool, const asactl_settings_t *settings, const char *command,
                    asactl_ssh_job_t *jobs, size_t count)
{
    run_t *runs = apr_pcalloc(pool, (count + 1) * sizeof *runs);
    struct pollfd *fds = apr_pcalloc(pool, (3 * count + 1) * sizeof *fds);
    size_t started = 0, running = 0;

    while (started < count || running > 0) {
        for (; started < count && running < AT_ONCE; started++) {
            run_t *run = &runs[started];
            *run = (run_t){.job = &jobs[started], .in = -1, .out = -1, .err = -1};
            run->output.max = ASACTL_SSH_OUTPUT_MAX;
            run->complaint.max = COMPLAINT_MAX;
            jobs[started].outcome = (asactl_outcome_t){.code = ASACTL_OK};
            apr_pool_cleanup_register(pool, &run->output, wipe, apr_pool_cleanup_null);
            apr_pool_cleanup_register(pool, &run->complaint, wipe, apr_pool_cleanup_null);
            running += start(pool, settings, command, run) ? 1 : 0;
        }
        running = turn(pool, runs, started, fds);
    }
}
