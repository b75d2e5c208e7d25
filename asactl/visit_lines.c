/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks through the ends of HttpProxy logs.
 */
#include "asactl/visit_lines.h"

#include <string.h>

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>

#include "asactl/log_record.h"
#include "core/log_field.h"

#define HEAD_MAX  (16 * 1024)       /* the file's own head is shorter */
#define TAIL_MAX  (4 * 1024 * 1024) /* lines of the last minutes */
#define FILES_MAX 256
#define VALUE_MAX 256

typedef struct {
    apr_pool_t *pool;
    apr_time_t since;
    asactl_visit_t *visits;
    size_t count, files;
} search_t;

static const char *copy(const search_t *search, asactl_log_text_t text)
{
    return text.len == 0 ? NULL
                         : asa_log_field_clean(search->pool, text.at, text.len, ASA_LOG_FIELD_TEXT,
                                               VALUE_MAX);
}

static void take_record(const search_t *search, const asactl_log_record_t *record)
{
    for (size_t i = 0; i < search->count; i++) {
        asactl_visit_t *visit = &search->visits[i];
        if (visit->id == NULL || visit->line.seen ||
            !asactl_log_text_is(record->request_id, visit->id)) {
            continue;
        }
        visit->line = (asactl_visit_line_t){
            .seen = true,
            .node = copy(search, record->node),
            .user = record->authenticated ? copy(search, record->user) : NULL,
            .reason = copy(search, record->reason.len > 0 ? record->reason : record->error_code),
            .package = copy(search, record->package),
            .spn = copy(search, record->spn),
            .kvno = copy(search, record->kvno),
            .etype = copy(search, record->etype),
            .key = copy(search, record->key),
            .bound = copy(search, record->bound)};
    }
}

/* Whole lines only.  schema: what the lines before have told. */
static void read_lines(const search_t *search, const char *bytes, size_t len,
                       asactl_log_schema_t *schema)
{
    const char *end;

    for (; (end = memchr(bytes, '\n', len)) != NULL;
         len -= (size_t)(end + 1 - bytes), bytes = end + 1) {
        size_t line = (size_t)(end - bytes);
        asactl_log_record_t record;
        const char *why;
        line -= line > 0 && bytes[line - 1] == '\r' ? 1 : 0;
        if (asactl_log_record_read(bytes, line, schema, &record, &why) == ASACTL_LOG_LINE_RECORD) {
            take_record(search, &record);
        }
    }
}

static char *read_part(apr_pool_t *pool, apr_file_t *file, apr_off_t from, size_t most, size_t *len)
{
    char *bytes = apr_palloc(pool, most + 1);

    *len = most;
    if (apr_file_seek(file, APR_SET, &from) != APR_SUCCESS) {
        *len = 0;
    } else {
        apr_file_read_full(file, bytes, most, len);
    }
    return bytes;
}

static void read_file(const search_t *search, apr_pool_t *scratch, const char *path, apr_off_t size)
{
    asactl_log_schema_t schema;
    apr_file_t *file;
    const char *bytes, *start;
    size_t len;

    if (apr_file_open(&file, path, APR_FOPEN_READ, 0, scratch) != APR_SUCCESS) {
        return;
    }
    asactl_log_schema_begin(&schema);
    if (size > TAIL_MAX) {
        bytes = read_part(scratch, file, 0, HEAD_MAX, &len);
        read_lines(search, bytes, len, &schema);
        bytes = read_part(scratch, file, size - TAIL_MAX, TAIL_MAX, &len);
        start = memchr(bytes, '\n', len);
        len -= start != NULL ? (size_t)(start + 1 - bytes) : len;
        read_lines(search, start != NULL ? start + 1 : bytes, len, &schema);
    } else {
        bytes = read_part(scratch, file, 0, (size_t)size, &len);
        read_lines(search, bytes, len, &schema);
    }
    apr_file_close(file);
}

/* deep: folders in it, too: one for each protocol. */
static void look(search_t *search, const char *folder, bool deep)
{
    apr_pool_t *scratch;
    apr_finfo_t entry;
    apr_dir_t *dir;

    if (apr_pool_create(&scratch, search->pool) != APR_SUCCESS) {
        return;
    }
    if (apr_dir_open(&dir, folder, scratch) == APR_SUCCESS) {
        while (search->files < FILES_MAX &&
               apr_dir_read(&entry,
                            APR_FINFO_NAME | APR_FINFO_TYPE | APR_FINFO_MTIME | APR_FINFO_SIZE,
                            dir) == APR_SUCCESS) {
            const char *path = apr_pstrcat(scratch, folder, "/", entry.name, NULL);
            if (entry.filetype == APR_DIR && deep && entry.name[0] != '.') {
                look(search, path, false);
            } else if (entry.filetype == APR_REG && entry.mtime >= search->since &&
                       apr_fnmatch("HttpProxy_*.LOG", entry.name, 0) == APR_SUCCESS) {
                search->files++;
                read_file(search, scratch, path, entry.size);
            }
        }
        apr_dir_close(dir);
    }
    apr_pool_destroy(scratch);
}

size_t asactl_visit_lines_find(apr_pool_t *pool, const apr_array_header_t *folders,
                               apr_time_t since, asactl_visit_t *visits, size_t count)
{
    search_t search = {.pool = pool, .since = since, .visits = visits, .count = count};
    size_t missing = 0;

    for (int i = 0; i < folders->nelts; i++) {
        look(&search, APR_ARRAY_IDX(folders, i, const char *), true);
    }
    for (size_t i = 0; i < count; i++) {
        missing += visits[i].id != NULL && !visits[i].line.seen ? 1 : 0;
    }
    return missing;
}
