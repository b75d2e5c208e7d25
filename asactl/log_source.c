/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads and unpacks logs.
 */
#include "asactl/log_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <lzma.h>
#include <zlib.h>

#define PIECE (64 * 1024)

/* zlib: the largest window, and a gzip head is asked for. */
#define GZIP_ONLY (15 + 16)

typedef enum { PLAIN, GZIP, XZ } format_t;

struct asactl_log_source_t {
    apr_pool_t *pool;
    const char *path;
    int file;
    struct stat stat;
    format_t format;
    bool begun; /* gzip: inside a stream; xz: as above */
    bool ended; /* nothing is left in the file */
    z_stream gzip;
    lzma_stream xz;
    unsigned char *piece; /* packed bytes; of a plain file, its first ones */
    size_t at, len;
    unsigned long long packed, unpacked; /* bytes so far */
};

static apr_status_t close_source(void *data)
{
    asactl_log_source_t *source = data;

    if (source->format == GZIP) {
        inflateEnd(&source->gzip);
    } else if (source->format == XZ) {
        lzma_end(&source->xz);
    }
    if (source->file > STDIN_FILENO) {
        close(source->file);
    }
    return APR_SUCCESS;
}

static bool fail(const asactl_log_source_t *source, asactl_outcome_t *outcome, const char *what,
                 const char *remedy)
{
    return asactl_outcome_fail(outcome, ASACTL_USAGE, remedy, source->pool, "%s: %s", source->path,
                               what);
}

/* A signal interrupts only if it is caught, which asks to end: what was read so far is all. */
static ssize_t read_some(const asactl_log_source_t *source, void *out, size_t size)
{
    ssize_t count = read(source->file, out, size);

    return count < 0 && errno == EINTR ? 0 : count;
}

/* Fills the piece that is used up; false: it cannot be read. */
static bool fill(asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    ssize_t count = read_some(source, source->piece, PIECE);

    if (count < 0) {
        return fail(source, outcome, strerror(errno), asactl_log_source_remedy(errno));
    }
    source->at = 0;
    source->packed += (unsigned long long)count;
    source->len = (size_t)count;
    source->ended = count == 0;
    return true;
}

const char *asactl_log_source_remedy(int error)
{
    return error == ENOENT ? "Name a log, a folder with logs, or '-' for standard input."
           : error == EACCES || error == EPERM
               ? "Read it as a user who may."
               : "Copy it to where it can be read, and name the copy.";
}

/* What is packed, or written, in a way that nobody could read a sign-in in. */
static bool judge_format(const asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    static const struct {
        const char *bytes, *what, *remedy;
    } unread[] = {
        {"BZh", "it is packed by bzip2", "Unpack it, or pack it with gzip or xz."},
        {"\x28\xb5\x2f\xfd", "it is packed by zstd", "Unpack it, or pack it with gzip or xz."},
        {"\x04\x22\x4d\x18", "it is packed by lz4", "Unpack it, or pack it with gzip or xz."},
        {"PK\x03\x04", "it is a ZIP archive", "Unpack it, or pack its files with gzip or xz."},
        {"7z\xbc\xaf", "it is a 7z archive", "Unpack it, or pack its files with gzip or xz."},
        {"\xff\xfe", "it is written in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8."},
        {"\xfe\xff", "it is written in UTF-16", "Convert it: iconv -f UTF-16 -t UTF-8."},
    };

    for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
        size_t len = strlen(unread[i].bytes);

        if (source->len >= len && memcmp(source->piece, unread[i].bytes, len) == 0) {
            return fail(source, outcome, unread[i].what, unread[i].remedy);
        }
    }
    return true;
}

/* Tells the format by the first bytes; a short first read of a pipe is read on. */
static bool begin(asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    static const unsigned char gzip[] = {0x1f, 0x8b};
    static const unsigned char xz[] = {0xfd, '7', 'z', 'X', 'Z', 0x00};
    size_t len = 0;

    while (len < sizeof xz) {
        ssize_t count = read_some(source, source->piece + len, PIECE - len);

        if (count < 0) {
            return fail(source, outcome, strerror(errno), asactl_log_source_remedy(errno));
        }
        len += (size_t)count;
        if (count == 0) {
            source->ended = true;
            break;
        }
    }
    source->len = len;
    source->packed = len;
    if (len >= sizeof gzip && memcmp(source->piece, gzip, sizeof gzip) == 0) {
        if (inflateInit2(&source->gzip, GZIP_ONLY) != Z_OK) {
            return fail(source, outcome, "there is no memory to unpack it", NULL);
        }
        source->format = GZIP;
        source->begun = true;
    } else if (len >= sizeof xz && memcmp(source->piece, xz, sizeof xz) == 0) {
        if (lzma_stream_decoder(&source->xz, ASACTL_LOG_SOURCE_MEMORY, LZMA_CONCATENATED) !=
            LZMA_OK) {
            return fail(source, outcome, "there is no memory to unpack it", NULL);
        }
        source->format = XZ;
        source->begun = true;
    }
    return true;
}

static int open_file(const char *path, bool found)
{
    /* Without waiting for the writer of a named pipe that somebody left in a folder. */
    return open(path, O_RDONLY | O_CLOEXEC | (found ? O_NOFOLLOW | O_NONBLOCK : 0));
}

asactl_log_source_t *asactl_log_source_open(apr_pool_t *pool, const char *path, bool found,
                                            asactl_outcome_t *outcome)
{
    asactl_log_source_t *source = apr_pcalloc(pool, sizeof *source);
    bool is_input = strcmp(path, "-") == 0;

    *source = (asactl_log_source_t){.pool = pool,
                                    .path = is_input ? "standard input" : path,
                                    .file = is_input ? STDIN_FILENO : open_file(path, found),
                                    .xz = LZMA_STREAM_INIT,
                                    .piece = apr_palloc(pool, PIECE)};
    if (source->file < 0 || fstat(source->file, &source->stat) != 0) {
        fail(source, outcome, strerror(errno), asactl_log_source_remedy(errno));
        return NULL;
    }
    apr_pool_cleanup_register(pool, source, close_source, apr_pool_cleanup_null);
    if (found && !S_ISREG(source->stat.st_mode)) {
        fail(source, outcome, "this is no ordinary file", NULL);
        return NULL;
    }
    return source;
}

const struct stat *asactl_log_source_stat(const asactl_log_source_t *source)
{
    return &source->stat;
}

bool asactl_log_source_is_packed(const asactl_log_source_t *source)
{
    return source->format != PLAIN;
}

bool asactl_log_source_look(const asactl_log_source_t *source, off_t offset, char *out, size_t len)
{
    return pread(source->file, out, len, offset) == (ssize_t)len;
}

/* --- unpacking --- */

/* Behind a stream, another may begin, also behind zeros that fill up a tape or a block. */
static bool next_gzip(asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    while (!source->ended && (source->at == source->len || source->piece[source->at] == 0)) {
        if (source->at < source->len) {
            source->at++;
        } else if (!fill(source, outcome)) {
            return false;
        }
    }
    if (source->at == source->len) {
        source->begun = false;
        return true;
    }
    return inflateReset(&source->gzip) == Z_OK ||
           fail(source, outcome, "it cannot be unpacked (gzip)", NULL);
}

/* What was unpacked before a failure is given first; the failure comes again at the next call. */
static ssize_t give(const asactl_log_source_t *source, size_t done, asactl_outcome_t *outcome,
                    const char *what)
{
    if (done == 0) {
        fail(source, outcome, what, "Pack it again; what stands before this is counted.");
        return -1;
    }
    return (ssize_t)done;
}

static ssize_t read_gzip(asactl_log_source_t *source, char *out, size_t size,
                         asactl_outcome_t *outcome)
{
    z_stream *gzip = &source->gzip;

    gzip->next_out = (unsigned char *)out;
    gzip->avail_out = (unsigned)size;
    while (gzip->avail_out > 0 && source->begun) {
        int status;

        if (source->at == source->len && !source->ended && !fill(source, outcome)) {
            return -1;
        }
        gzip->next_in = source->piece + source->at;
        gzip->avail_in = (unsigned)(source->len - source->at);
        status = inflate(gzip, Z_NO_FLUSH);
        source->at = source->len - gzip->avail_in;
        if (status == Z_STREAM_END) {
            if (!next_gzip(source, outcome)) {
                return -1;
            }
        } else if (status == Z_BUF_ERROR) { /* not even what the library still held */
            return give(source, size - gzip->avail_out, outcome, "it ends in the middle (gzip)");
        } else if (status != Z_OK) {
            return give(source, size - gzip->avail_out, outcome, "it is damaged (gzip)");
        }
    }
    return (ssize_t)(size - gzip->avail_out);
}

static const char *xz_words(lzma_ret status)
{
    return status == LZMA_MEMLIMIT_ERROR ? "it needs more than 100 MiB to be unpacked (xz)"
           : status == LZMA_BUF_ERROR    ? "it ends in the middle (xz)"
                                         : "it is damaged (xz)";
}

static ssize_t read_xz(asactl_log_source_t *source, char *out, size_t size,
                       asactl_outcome_t *outcome)
{
    lzma_stream *xz = &source->xz;

    xz->next_out = (unsigned char *)out;
    xz->avail_out = size;
    while (xz->avail_out > 0 && source->begun) {
        lzma_ret status;

        if (source->at == source->len && !source->ended && !fill(source, outcome)) {
            return -1;
        }
        xz->next_in = source->piece + source->at;
        xz->avail_in = source->len - source->at;
        status = lzma_code(xz, source->ended ? LZMA_FINISH : LZMA_RUN);
        source->at = source->len - xz->avail_in;
        if (status == LZMA_STREAM_END) {
            source->begun = false;
        } else if (status != LZMA_OK) {
            return give(source, size - xz->avail_out, outcome, xz_words(status));
        }
    }
    return (ssize_t)(size - xz->avail_out);
}

static ssize_t read_plain(asactl_log_source_t *source, char *out, size_t size,
                          asactl_outcome_t *outcome)
{
    size_t held = source->len - source->at;
    ssize_t count;

    if (held > 0) {
        held = held < size ? held : size;
        memcpy(out, source->piece + source->at, held);
        source->at += held;
        return (ssize_t)held;
    }
    if (source->ended) {
        return 0;
    }
    count = read_some(source, out, size);
    if (count < 0) {
        fail(source, outcome, strerror(errno), asactl_log_source_remedy(errno));
    }
    return count;
}

/* Tells the format, once; what is refused is so at every call. */
static bool make_ready(asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    if (source->format != PLAIN || source->begun) {
        return true;
    }
    if (source->len == 0 && !source->ended && !begin(source, outcome)) {
        return false;
    }
    source->begun = source->format != PLAIN || judge_format(source, outcome);
    return source->begun;
}

/* What unpacks to much more than any log is made to keep its reader busy. */
static bool is_log_size(const asactl_log_source_t *source, asactl_outcome_t *outcome)
{
    return source->unpacked < ASACTL_LOG_SOURCE_FREE ||
           source->unpacked / ASACTL_LOG_SOURCE_RATIO < source->packed ||
           fail(source, outcome, "it unpacks to more than 500 times its size, as no log does",
                "Look at what it is; what stands before this is counted.");
}

ssize_t asactl_log_source_read(asactl_log_source_t *source, char *out, size_t size,
                               asactl_outcome_t *outcome)
{
    ssize_t count;

    if (!make_ready(source, outcome)) {
        return -1;
    }
    if (source->format == PLAIN) {
        return read_plain(source, out, size, outcome);
    }
    if (!is_log_size(source, outcome)) {
        return -1;
    }
    count = source->format == GZIP ? read_gzip(source, out, size, outcome)
                                   : read_xz(source, out, size, outcome);
    source->unpacked += count > 0 ? (unsigned long long)count : 0;
    return count;
}

bool asactl_log_source_skip(asactl_log_source_t *source, off_t offset, asactl_outcome_t *outcome)
{
    char piece[8192];

    if (!make_ready(source, outcome)) {
        return false;
    }
    if (source->format == PLAIN) {
        source->at = source->len = 0;
        source->ended = false;
        return lseek(source->file, offset, SEEK_SET) == offset ||
               fail(source, outcome, strerror(errno), asactl_log_source_remedy(errno));
    }
    while (offset > 0) {
        size_t size = offset < (off_t)sizeof piece ? (size_t)offset : sizeof piece;
        ssize_t count = asactl_log_source_read(source, piece, size, outcome);

        if (count <= 0) {
            return count == 0 && fail(source, outcome, "it has become shorter", NULL);
        }
        offset -= count;
    }
    return true;
}
