/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads denials out of audit lines.
 */
#include "asactl/node_denial.h"

#include <string.h>

#include <apr_strings.h>

#include "core/log_field.h"
#include "core/number_text.h"

#define LINE_MAX_BYTES 8192
#define TEXT_MAX       1024
#define LISTED_MAX     16
#define SECONDS_MAX    ((apr_int64_t)1 << 40)

typedef struct {
    apr_pool_t *pool;
    const char *at, *end;
} line_t;

static const char *find(const line_t *line, const char *what)
{
    return line->at == line->end
               ? NULL
               : memmem(line->at, (size_t)(line->end - line->at), what, strlen(what));
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Of bytes that the kernel would not write as they are; NULL: it is no such value. */
static const char *decode(apr_pool_t *pool, const char *text, size_t len, size_t *out_len)
{
    char *bytes = apr_palloc(pool, len / 2 + 1);

    for (size_t i = 0; i < len; i += 2) {
        int high = hex(text[i]), low = i + 1 < len ? hex(text[i + 1]) : -1;
        if (high < 0 || low < 0) {
            return NULL;
        }
        bytes[i / 2] = (char)(high << 4 | low);
    }
    *out_len = len / 2;
    return bytes;
}

/* The value behind " NAME=", cleaned; NULL if there is none. */
static const char *value_of(const line_t *line, const char *name)
{
    const char *at = find(line, apr_pstrcat(line->pool, " ", name, "=", NULL));
    const char *end, *decoded;
    size_t len;

    if (at == NULL) {
        return NULL;
    }
    at += strlen(name) + 2;
    if (at < line->end && *at == '"') {
        at++;
        end = memchr(at, '"', (size_t)(line->end - at));
        len = end != NULL ? (size_t)(end - at) : (size_t)(line->end - at);
    } else {
        end = memchr(at, ' ', (size_t)(line->end - at));
        len = end != NULL ? (size_t)(end - at) : (size_t)(line->end - at);
        decoded = len > 0 ? decode(line->pool, at, len, &len) : NULL;
        at = decoded != NULL ? decoded : at;
    }
    return asa_log_field_clean(line->pool, at, len, ASA_LOG_FIELD_TEXT, TEXT_MAX);
}

/* "audit(1795720095.042:184)" */
static bool take_time(const line_t *line, apr_time_t *out)
{
    const char *at = find(line, "audit("), *end;
    uint64_t seconds;

    if (at == NULL) {
        return false;
    }
    at += strlen("audit(");
    end = memchr(at, '.', (size_t)(line->end - at));
    if (end == NULL || !asa_number_text_read(at, (size_t)(end - at), SECONDS_MAX, &seconds)) {
        return false;
    }
    *out = apr_time_from_sec(seconds);
    return true;
}

/* What was refused: "read write" between the braces of SELinux, or AppArmor's operation. */
static const char *take_what(const line_t *line)
{
    static const char selinux[] = "avc:  denied  { ";
    const char *at = find(line, selinux), *end;

    if (at != NULL) {
        at += sizeof selinux - 1;
        end = memchr(at, '}', (size_t)(line->end - at));
        end = end != NULL && end > at && end[-1] == ' ' ? end - 1 : end;
        return find(line, " permissive=1") != NULL || end == NULL
                   ? NULL
                   : asa_log_field_clean(line->pool, at, (size_t)(end - at), ASA_LOG_FIELD_TEXT,
                                         TEXT_MAX);
    }
    if (find(line, " apparmor=\"DENIED\"") == NULL) {
        return NULL;
    }
    at = value_of(line, "operation");
    return at != NULL ? at : "";
}

static bool is_httpd(const line_t *line, const char *program)
{
    const char *context = value_of(line, "scontext"), *profile = value_of(line, "profile");

    return (program != NULL &&
            (strncmp(program, "httpd", 5) == 0 || strncmp(program, "apache2", 7) == 0)) ||
           (context != NULL && strstr(context, ":httpd_t:") != NULL) ||
           (profile != NULL &&
            (strstr(profile, "apache2") != NULL || strstr(profile, "httpd") != NULL));
}

/* SELinux often tells the last part of a path only. */
static bool is_path(const char *path, const char *wanted)
{
    const char *last = strrchr(wanted, '/');

    return strcmp(path, wanted) == 0 ||
           (strchr(path, '/') == NULL && last != NULL && strcmp(path, last + 1) == 0);
}

static bool is_in_scope(const asactl_node_denial_scope_t *scope, const char *path)
{
    if (path == NULL) {
        return false;
    }
    if (scope->keytab != NULL && is_path(path, scope->keytab)) {
        return true;
    }
    for (int i = 0; scope->folders != NULL && i < scope->folders->nelts; i++) {
        const char *folder = APR_ARRAY_IDX(scope->folders, i, const char *);
        size_t len = strlen(folder);
        if (is_path(path, folder) || (strncmp(path, folder, len) == 0 && path[len] == '/')) {
            return true;
        }
    }
    return false;
}

bool asactl_node_denial_read(apr_pool_t *pool, const char *text, size_t len,
                             const asactl_node_denial_scope_t *scope, asactl_node_denial_t *out)
{
    const line_t line = {.pool = pool, .at = text, .end = text + len};

    *out = (asactl_node_denial_t){0};
    if (len > LINE_MAX_BYTES || (out->what = take_what(&line)) == NULL ||
        !take_time(&line, &out->time)) {
        return false;
    }
    out->program = value_of(&line, "comm");
    out->path = value_of(&line, "path");
    out->path = out->path != NULL ? out->path : value_of(&line, "name");
    out->count = 1;
    return is_httpd(&line, out->program) || is_in_scope(scope, out->path);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static asactl_node_denial_t *find_equal(const apr_array_header_t *list,
                                        const asactl_node_denial_t *denial)
{
    for (int i = 0; i < list->nelts; i++) {
        asactl_node_denial_t *one = &APR_ARRAY_IDX(list, i, asactl_node_denial_t);
        if (same_text(one->program, denial->program) && strcmp(one->what, denial->what) == 0 &&
            same_text(one->path, denial->path)) {
            return one;
        }
    }
    return NULL;
}

void asactl_node_denial_list(apr_pool_t *pool, const char *text, size_t len,
                             const asactl_node_denial_scope_t *scope,
                             const apr_array_header_t **out)
{
    apr_array_header_t *list = apr_array_make(pool, LISTED_MAX, sizeof(asactl_node_denial_t));
    apr_pool_t *scratch;

    apr_pool_create(&scratch, pool);
    while (len > 0) {
        const char *begin = memrchr(text, '\n', len);
        size_t line_len;
        asactl_node_denial_t denial, *known;

        begin = begin != NULL ? begin + 1 : text;
        line_len = (size_t)(text + len - begin);
        len = begin > text ? (size_t)(begin - text) - 1 : 0;
        if (!asactl_node_denial_read(scratch, begin, line_len, scope, &denial)) {
            apr_pool_clear(scratch);
            continue;
        }
        known = find_equal(list, &denial);
        if (known != NULL) {
            known->count++;
        } else if (list->nelts < LISTED_MAX) {
            denial.program = apr_pstrdup(pool, denial.program);
            denial.what = apr_pstrdup(pool, denial.what);
            denial.path = apr_pstrdup(pool, denial.path);
            APR_ARRAY_PUSH(list, asactl_node_denial_t) = denial;
        }
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
    *out = list;
}
