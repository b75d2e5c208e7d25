/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a JSON document piece by piece, so that a long one is never held whole.
 *
 * The text is what json_dumps makes with JSON_INDENT(2).  Names and order are the caller's: a name
 * that stands twice is not noticed.
 *
 * One thread; the stream lives in the pool given.
 */
#ifndef ASACTL_JSON_STREAM_H
#define ASACTL_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <apr_pools.h>
#include <jansson.h>

/* How deep lists and objects may lie in each other; those inside a value do not count. */
#define ASACTL_JSON_STREAM_DEPTH 8

typedef struct asactl_json_stream_t asactl_json_stream_t;

/* take gets every byte of the document, in order. */
asactl_json_stream_t *
asactl_json_stream_make(apr_pool_t *pool, void (*take)(void *data, const char *bytes, size_t len),
                        void *data);

/* Opens a list ('[') or an object ('{'), or a value that is whole already, which is taken over.
 * name: in an object, a constant of letters and '_'; in a list and at the top NULL. */
void asactl_json_stream_open(asactl_json_stream_t *stream, const char *name, char kind);
void asactl_json_stream_value(asactl_json_stream_t *stream, const char *name, json_t *value);

/* Closes what was opened last. */
void asactl_json_stream_close(asactl_json_stream_t *stream);

/* Whether every value could be made and everything is closed; null stands for one that was not. */
bool asactl_json_stream_whole(const asactl_json_stream_t *stream);

#endif
