/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks through the ends of HttpProxy logs.
 */
#include "asactl/visit_lines.h"

#include <fcntl.h>
#include <string.h>

#include <apr_file_info.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>

#include "asactl/file_end.h"
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

/* The file's own head is at its beginning, also where that is not read as a whole. */
static void read_file(const search_t *search, const char *path, apr_off_t size)
{
    asactl_log_schema_t schema;
    apr_pool_t *scratch;
    const char *bytes;
    size_t len;

    if (apr_pool_create(&scratch, search->pool) != APR_SUCCESS) {
        return;
    }
    asactl_log_schema_begin(&schema);
    if (size > TAIL_MAX &&
        asactl_file_end_begin(scratch, AT_FDCWD, path, HEAD_MAX, &bytes, &len) == 0) {
        read_lines(search, bytes, len, &schema);
    }
    if (asactl_file_end_read(scratch, AT_FDCWD, path, TAIL_MAX, &bytes, &len) == 0) {
        read_lines(search, bytes, len, &schema);
    }
    apr_pool_destroy(scratch);
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
                read_file(search, path, entry.size);
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
