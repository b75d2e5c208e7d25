/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts values between the brackets, names and indents of a document.
 */
#include "asactl/json_stream.h"

#include <string.h>

#define INDENT "  "

struct asactl_json_stream_t {
    void (*take)(void *data, const char *bytes, size_t len);
    void *data;
    size_t depth;
    bool failed;
    struct {
        char closing;
        bool filled;
    } level[ASACTL_JSON_STREAM_DEPTH];
};

asactl_json_stream_t *
asactl_json_stream_make(apr_pool_t *pool, void (*take)(void *data, const char *bytes, size_t len),
                        void *data)
{
    asactl_json_stream_t *stream = apr_pcalloc(pool, sizeof *stream);

    stream->take = take;
    stream->data = data;
    return stream;
}

static void put(const asactl_json_stream_t *stream, const char *text)
{
    stream->take(stream->data, text, strlen(text));
}

static void put_line_end(const asactl_json_stream_t *stream)
{
    put(stream, "\n");
    for (size_t i = 0; i < stream->depth; i++) {
        put(stream, INDENT);
    }
}

/* What stands in front of a member. */
static void put_begin(asactl_json_stream_t *stream, const char *name)
{
    if (stream->depth > 0) {
        put(stream, stream->level[stream->depth - 1].filled ? "," : "");
        stream->level[stream->depth - 1].filled = true;
        put_line_end(stream);
    }
    if (name != NULL) {
        put(stream, "\"");
        put(stream, name);
        put(stream, "\": ");
    }
}

void asactl_json_stream_open(asactl_json_stream_t *stream, const char *name, char kind)
{
    put_begin(stream, name);
    put(stream, kind == '[' ? "[" : "{");
    if (stream->depth == ASACTL_JSON_STREAM_DEPTH) {
        stream->failed = true;
        return;
    }
    stream->level[stream->depth].closing = kind == '[' ? ']' : '}';
    stream->level[stream->depth].filled = false;
    stream->depth++;
}

/* A line end inside a string is written as \n, so that one in the text stands between members. */
static int put_indented(const char *bytes, size_t len, void *data)
{
    const asactl_json_stream_t *stream = data;
    const char *end = bytes + len, *stop;

    while ((stop = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
        stream->take(stream->data, bytes, (size_t)(stop - bytes));
        put_line_end(stream);
        bytes = stop + 1;
    }
    stream->take(stream->data, bytes, (size_t)(end - bytes));
    return 0;
}

void asactl_json_stream_value(asactl_json_stream_t *stream, const char *name, json_t *value)
{
    put_begin(stream, name);
    if (value == NULL ||
        json_dump_callback(value, put_indented, stream, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0) {
        put(stream, "null");
        stream->failed = true;
    }
    json_decref(value);
}

void asactl_json_stream_close(asactl_json_stream_t *stream)
{
    char closing[2] = "";

    if (stream->depth == 0) {
        stream->failed = true;
        return;
    }
    closing[0] = stream->level[--stream->depth].closing;
    if (stream->level[stream->depth].filled) {
        put_line_end(stream);
    }
    put(stream, closing);
}

bool asactl_json_stream_whole(const asactl_json_stream_t *stream)
{
    return !stream->failed && stream->depth == 0;
}
