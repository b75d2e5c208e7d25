/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks one KDC for a service ticket: the exchange is the Kerberos library's, the transport ours.
 */
#include "asactl/kdc.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <krb5.h>

#define PORT       "88"
#define PATIENCE   (5 * APR_USEC_PER_SEC) /* for one exchange */
#define ANSWER_MAX (1024 * 1024)
#define STEPS_MAX  8

typedef struct {
    apr_pool_t *pool;
    const char *host, *realm;
    krb5_context context;
    krb5_ccache cache; /* in memory: ticket-granting tickets only */
    apr_time_t deadline;
    asactl_outcome_t *outcome;
} asker_t;

/* --- transport --- */

static bool wait_for(const asker_t *asker, int fd, short what)
{
    struct pollfd one = {.fd = fd, .events = what};
    apr_time_t left = asker->deadline - apr_time_now();

    return left > 0 && poll(&one, 1, (int)(left / 1000) + 1) == 1;
}

static bool connect_to(const asker_t *asker, const struct addrinfo *address, int *out)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int error = 0;
    socklen_t size = sizeof error;

    if (fd < 0) {
        return false;
    }
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
        (errno == EINPROGRESS && wait_for(asker, fd, POLLOUT) &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)) {
        *out = fd;
        return true;
    }
    close(fd);
    return false;
}

static int connect_host(const asker_t *asker)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int fd = -1;

    if (getaddrinfo(asker->host, PORT, &hints, &list) != 0) {
        return -1;
    }
    for (const struct addrinfo *one = list; one != NULL; one = one->ai_next) {
        if (connect_to(asker, one, &fd)) {
            break;
        }
    }
    freeaddrinfo(list);
    return fd;
}

static bool send_all(const asker_t *asker, int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        if (sent > 0) {
            bytes += sent;
            len -= (size_t)sent;
        } else if (!wait_for(asker, fd, POLLOUT)) {
            return false;
        }
    }
    return true;
}

static bool receive_all(const asker_t *asker, int fd, char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(fd, bytes, len, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        if (got > 0) {
            bytes += got;
            len -= (size_t)got;
        } else if (!wait_for(asker, fd, POLLIN)) {
            return false;
        }
    }
    return true;
}

static bool talk(const asker_t *asker, int fd, const krb5_data *request, krb5_data *answer)
{
    uint32_t size = request->length;
    unsigned char head[4] = {(unsigned char)(size >> 24), (unsigned char)(size >> 16),
                             (unsigned char)(size >> 8), (unsigned char)size};

    if (!send_all(asker, fd, (const char *)head, sizeof head) ||
        !send_all(asker, fd, request->data, size) ||
        !receive_all(asker, fd, (char *)head, sizeof head)) {
        return false;
    }
    size = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    if (size == 0 || size > ANSWER_MAX) {
        return false;
    }
    *answer = (krb5_data){.length = size, .data = apr_palloc(asker->pool, size)};
    return receive_all(asker, fd, answer->data, size);
}

static bool exchange(const asker_t *asker, const krb5_data *request, krb5_data *answer)
{
    int fd = connect_host(asker);
    bool done = fd >= 0 && talk(asker, fd, request, answer);

    if (fd >= 0) {
        close(fd);
    }
    return done || asactl_outcome_fail(asker->outcome, ASACTL_UNREACHABLE,
                                       "see that it runs, and that port " PORT " is open to here",
                                       asker->pool, "the KDC of %s does not answer", asker->host);
}

/* --- the exchange --- */

static bool failed(const asker_t *asker, const char *what, krb5_error_code code)
{
    const char *text = krb5_get_error_message(asker->context, code);

    asactl_outcome_fail(asker->outcome, ASACTL_CREDENTIALS, "get a new ticket with kinit",
                        asker->pool, "%s: %s", what, text);
    krb5_free_error_message(asker->context, text);
    return false;
}

static krb5_error_code copy_tickets(const asker_t *asker, krb5_ccache from)
{
    krb5_cc_cursor cursor;
    krb5_creds creds;
    krb5_error_code code = krb5_cc_start_seq_get(asker->context, from, &cursor);

    if (code != 0) {
        return code;
    }
    while (code == 0 && krb5_cc_next_cred(asker->context, from, &cursor, &creds) == 0) {
        if (!krb5_is_config_principal(asker->context, creds.server) && creds.server->length == 2 &&
            creds.server->data[0].length == 6 &&
            memcmp(creds.server->data[0].data, "krbtgt", 6) == 0) {
            code = krb5_cc_store_cred(asker->context, asker->cache, &creds);
        }
        krb5_free_cred_contents(asker->context, &creds);
    }
    krb5_cc_end_seq_get(asker->context, from, &cursor);
    return code;
}

/* The account's realm may be another one than the caller's: then the library fetches the ticket
 * between the two first. */
static krb5_error_code find_tickets(const asker_t *asker, krb5_creds *want)
{
    krb5_ccache own = NULL;
    krb5_creds *tgt = NULL, between = {0};
    krb5_error_code code = krb5_cc_default(asker->context, &own);

    if (code == 0) {
        code = krb5_cc_get_principal(asker->context, own, &want->client);
    }
    if (code == 0) {
        code = krb5_build_principal(asker->context, &between.server, want->client->realm.length,
                                    want->client->realm.data, "krbtgt", asker->realm, (char *)NULL);
    }
    if (code == 0) {
        between.client = want->client;
        code = krb5_get_credentials(asker->context, 0, own, &between, &tgt);
        krb5_free_creds(asker->context, tgt);
        krb5_free_principal(asker->context, between.server);
    }
    if (code == 0) {
        code = krb5_cc_initialize(asker->context, asker->cache, want->client);
    }
    if (code == 0) {
        code = copy_tickets(asker, own);
    }
    if (own != NULL) {
        krb5_cc_close(asker->context, own);
    }
    return code;
}

/* Steps of the exchange until the library has its ticket. */
static bool step(const asker_t *asker, krb5_tkt_creds_context exchanged)
{
    krb5_data answer = {0};

    for (int i = 0; i < STEPS_MAX; i++) {
        krb5_data request = {0}, realm = {0};
        unsigned flags = 0;
        krb5_error_code code =
            krb5_tkt_creds_step(asker->context, exchanged, &answer, &request, &realm, &flags);
        bool more = code == 0 && (flags & KRB5_TKT_CREDS_STEP_FLAG_CONTINUE) != 0;
        bool sent = more && exchange(asker, &request, &answer);

        krb5_free_data_contents(asker->context, &request);
        krb5_free_data_contents(asker->context, &realm);
        if (code != 0) {
            return failed(asker, apr_psprintf(asker->pool, "%s gives no ticket", asker->host),
                          code);
        }
        if (!more || !sent) {
            return !more;
        }
    }
    return failed(asker, asker->host, KRB5KRB_ERR_GENERIC);
}

static bool read_ticket(const asker_t *asker, krb5_tkt_creds_context exchanged,
                        asactl_kdc_ticket_t *out)
{
    krb5_creds got = {0};
    krb5_ticket *ticket = NULL;
    krb5_error_code code = krb5_tkt_creds_get_creds(asker->context, exchanged, &got);

    if (code == 0) {
        code = krb5_decode_ticket(&got.ticket, &ticket);
    }
    if (code != 0) {
        krb5_free_cred_contents(asker->context, &got);
        return failed(asker, apr_psprintf(asker->pool, "the ticket of %s", asker->host), code);
    }
    *out =
        (asactl_kdc_ticket_t){.etype = ticket->enc_part.enctype,
                              .kvno = ticket->enc_part.kvno,
                              .cipher = apr_pmemdup(asker->pool, ticket->enc_part.ciphertext.data,
                                                    ticket->enc_part.ciphertext.length),
                              .cipher_len = ticket->enc_part.ciphertext.length};
    krb5_free_ticket(asker->context, ticket);
    krb5_free_cred_contents(asker->context, &got);
    return true;
}

static bool ask(const asker_t *asker, const char *account, asactl_kdc_ticket_t *out)
{
    krb5_creds want = {0};
    krb5_tkt_creds_context exchanged = NULL;
    krb5_error_code code = find_tickets(asker, &want);
    bool done = false;

    if (code == 0) {
        code = krb5_build_principal(asker->context, &want.server, (unsigned)strlen(asker->realm),
                                    asker->realm, account, (char *)NULL);
    }
    if (code == 0) {
        code =
            krb5_tkt_creds_init(asker->context, asker->cache, &want, KRB5_GC_NO_STORE, &exchanged);
    }
    if (code != 0) {
        failed(asker, "there is no Kerberos ticket to ask with", code);
    } else {
        done = step(asker, exchanged) && read_ticket(asker, exchanged, out);
    }
    krb5_tkt_creds_free(asker->context, exchanged);
    krb5_free_cred_contents(asker->context, &want);
    return done;
}

bool asactl_kdc_ticket(apr_pool_t *pool, const char *host, const char *realm, const char *account,
                       asactl_kdc_ticket_t *out, asactl_outcome_t *outcome)
{
    asker_t asker = {.pool = pool,
                     .host = host,
                     .realm = realm,
                     .deadline = apr_time_now() + PATIENCE,
                     .outcome = outcome};
    krb5_error_code code = krb5_init_context(&asker.context);
    bool done;

    if (code != 0) {
        return asactl_outcome_fail(outcome, ASACTL_FAILED, "see krb5.conf", pool,
                                   "the Kerberos library does not start (error %ld)", (long)code);
    }
    code = krb5_cc_new_unique(asker.context, "MEMORY", NULL, &asker.cache);
    done = code == 0 ? ask(&asker, account, out) : failed(&asker, "no memory for tickets", code);
    if (asker.cache != NULL) {
        krb5_cc_destroy(asker.context, asker.cache);
    }
    krb5_free_context(asker.context);
    return done;
}
